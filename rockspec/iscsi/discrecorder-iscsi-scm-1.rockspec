rockspec_format = "3.0"
package = "discrecorder-iscsi"
version = "scm-1"
source = {
  url = "git+https://example.org/discrecorder.git", -- unused by `make`
}
description = {
  summary = "Drives in other machines for discrecorder",
  detailed = [[
The module discrecorder.iscsi, with which discrecorder burns and reads on drives
that another machine offers through iSCSI. In user space, without root.]],
  license = "GPL-3.0-or-later",
}
supported_platforms = {"linux"}
dependencies = {
  "lua >= 5.4, < 5.5",
  "discrecorder",
}
external_dependencies = {
  ISCSI = {header = "iscsi/iscsi.h", library = "iscsi"},
}
-- The list between the marks is `make rockspec`'s, from the Makefile.
build = {
  type = "builtin",
  modules = {
    ["discrecorder.iscsi"] = {
      sources = {
        -- iscsi {
        "src/failure.c",
        "src/iscsi/command.c",
        "src/iscsi/hold.c",
        "src/iscsi/remote.c",
        "src/iscsi/session.c",
        "src/iscsi/target.c",
        "src/lua/binding.c",
        "src/lua/iscsi.c",
        "src/transport/clock.c",
        "src/transport/percent.c",
        -- iscsi }
      },
      defines = {"_GNU_SOURCE"},
      incdirs = {"$(ISCSI_INCDIR)"},
      libdirs = {"$(ISCSI_LIBDIR)"},
      libraries = {"iscsi", "pthread"},
    },
  },
}
