rockspec_format = "3.0"
package = "discrecorder"
version = "scm-1"
source = {
  url = "git+https://example.org/discrecorder.git", -- unused by `make`
}
description = {
  summary = "Burn, read, check and erase optical discs",
  detailed = [[
A recorder object in the manner of Microsoft's IDiscRecorder, and workflows that
burn a folder or an image and prove that it is on the disc. With a virtual
recorder, so that everything can be tried without hardware.]],
  license = "GPL-3.0-or-later",
}
supported_platforms = {"linux"}
dependencies = {
  "lua >= 5.4, < 5.5",
  "argparse >= 0.7",
  "dkjson >= 2.5",
}
external_dependencies = {
  CDIO = {header = "cdio/mmc.h", library = "cdio"},
  CRYPTO = {header = "openssl/evp.h", library = "crypto"},
  ISOFS = {header = "libisofs/libisofs.h", library = "isofs"},
  BURN = {header = "libburn/libburn.h"}, -- a type that libisofs' header uses
}
-- The lists between the marks are `make rockspec`'s, from the Makefile.
build = {
  type = "builtin",
  modules = {
    ["discrecorder.core"] = {
      sources = {
        -- core {
        "src/failure.c",
        "src/lua/binding.c",
        "src/lua/failure.c",
        -- core }
      },
      defines = {"_GNU_SOURCE"},
      incdirs = {"$(CDIO_INCDIR)", "$(CRYPTO_INCDIR)"},
      libdirs = {"$(CDIO_LIBDIR)", "$(CRYPTO_LIBDIR)"},
      libraries = {"cdio", "crypto", "pthread"},
    },
    ["discrecorder.tree"] = {
      sources = {
        -- tree {
        "src/failure.c",
        "src/lua/binding.c",
        "src/lua/failure.c",
        -- tree }
      },
      defines = {"_GNU_SOURCE"},
      incdirs = {"$(ISOFS_INCDIR)", "$(BURN_INCDIR)", "$(CRYPTO_INCDIR)"},
      libdirs = {"$(ISOFS_LIBDIR)", "$(CRYPTO_LIBDIR)"},
      libraries = {"isofs", "crypto", "pthread"},
    },
    -- lua {
    ["discrecorder.cli.burn"] = "lua/discrecorder/cli/burn.lua",
    ["discrecorder.cli.console"] = "lua/discrecorder/cli/console.lua",
    ["discrecorder.cli.failures"] = "lua/discrecorder/cli/failures.lua",
    ["discrecorder.cli.format"] = "lua/discrecorder/cli/format.lua",
    ["discrecorder.cli.info"] = "lua/discrecorder/cli/info.lua",
    ["discrecorder.cli.list"] = "lua/discrecorder/cli/list.lua",
    ["discrecorder.cli.main"] = "lua/discrecorder/cli/main.lua",
    ["discrecorder.cli.medium"] = "lua/discrecorder/cli/medium.lua",
    ["discrecorder.cli.progress"] = "lua/discrecorder/cli/progress.lua",
    ["discrecorder.cli.read"] = "lua/discrecorder/cli/read.lua",
    ["discrecorder.cli.session"] = "lua/discrecorder/cli/session.lua",
    ["discrecorder.cli.text"] = "lua/discrecorder/cli/text.lua",
    ["discrecorder.cli.verify"] = "lua/discrecorder/cli/verify.lua",
    ["discrecorder.failure"] = "lua/discrecorder/failure.lua",
    ["discrecorder.imapi"] = "lua/discrecorder/imapi.lua",
    -- lua }
  },
  install = {
    bin = {discrecorder = "bin/discrecorder"},
  },
}
test = {
  type = "command",
  command = "make test",
}
