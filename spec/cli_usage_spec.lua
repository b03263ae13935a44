local run = require "spec.support.run"

local commands = {
  "list", "info", "burn", "append", "write", "audio", "read", "export", "copy",
  "verify", "doctor", "erase", "format", "finish", "eject", "load", "serve",
  "cd-text",
}

-- Wrong usage: status 2, one line on stderr, nothing on stdout.
local function assert_wrong(pattern, ...)
  local r = run.command(...)
  assert.are.equal(2, r.status, r.line)
  assert.are.equal("", r.stdout)
  assert.matches("^discrecorder: [^\n]+\n$", r.stderr)
  assert.matches(pattern, r.stderr)
end

describe("the command's usage", function()
  it("is shown on demand, by each command too", function()
    local r = run.command("--help")
    assert.are.equal(0, r.status)
    assert.are.equal("", r.stderr)
    for _, name in ipairs(commands) do
      assert.is_truthy(r.stdout:find("\n +" .. name:gsub("%-", "%%-") .. " "))
      local own = run.command(name, "--help")
      assert.are.equal(0, own.status)
      assert.are.equal(1,
        own.stdout:find("Usage: discrecorder " .. name, 1, true))
      for _, option in ipairs{"--json", "--quiet", "--trace", "--version"} do
        assert.is_truthy(own.stdout:find(option, 1, true), name .. option)
      end
    end
  end)

  it("loads only the command that stands first", function()
    local function loaded(...)
      local words = {"lua5.4", "-e", [[
        require("discrecorder.cli.main").run(arg)
        for name in pairs(package.loaded) do
          io.stderr:write(name, "\n")
        end]], "/dev/null", ..., env = run.lua_env}
      return run(words).stderr
    end
    local one = loaded("write", "--help")
    assert.matches("discrecorder.cli.burn\n", one, 1, true)
    assert.not_matches("discrecorder.cli.serve\n", one, 1, true)
    local all = loaded("--quiet", "write", "--help")
    assert.matches("discrecorder.cli.serve\n", all, 1, true)
  end)

  it("includes the version", function()
    for _, arguments in ipairs{{"--version"}, {"burn", "--version"}} do
      local r = run.command(arguments)
      assert.are.equal(0, r.status)
      assert.matches("^discrecorder %S+\n$", r.stdout)
    end
  end)

  it("is wrong without a command, or with an unknown one", function()
    assert_wrong("command is required")
    assert_wrong("unknown command 'brun'", "brun")
  end)

  it("says where to read about it", function()
    assert_wrong("required %(`discrecorder %-%-help` tells more%)\n$")
    assert_wrong("%(`discrecorder %-%-help` tells more%)\n$", "brun")
    assert_wrong("%(`discrecorder burn %-%-help` tells more%)\n$", "burn")
  end)

  it("is wrong with too few or too many arguments", function()
    assert_wrong("missing argument 'address'", "info")
    assert_wrong("missing argument 'path'", "burn", "virtual:x")
    assert_wrong("missing argument 'image'", "write", "virtual:x")
    assert_wrong("too many arguments", "eject", "virtual:x", "y")
  end)

  it("is wrong with an unknown option", function()
    assert_wrong("unknown option '%-%-keepopen'", "burn", "virtual:x", "y",
      "--keepopen")
  end)

  it("is wrong with a value that is none", function()
    assert_wrong("'fast' is no speed", "burn", "x", "y", "--speed", "fast")
    assert_wrong("'0' is no speed", "burn", "x", "y", "--speed", "0")
    for _, kib in ipairs{"0", "3", "1026", "many"} do
      assert_wrong(("'%s' is no even number of KiB"):format(kib),
        "write", "x", "y", "--packet", kib)
    end
    assert_wrong("'%-1' is no number", "burn", "x", "y", "--date=-1")
    assert_wrong("'5869584000' is no number", "burn", "x", "y", "--date",
      "5869584000")
    assert_wrong("EPOCH: 'soon' is no number",
      {"burn", "x", "y", env = {SOURCE_DATE_EPOCH = "soon"}})
    assert_wrong("'/a' is mapped twice", "burn", "x", "--map", "/a=b",
      "--map", "/a=c")
    assert_wrong("'a=b' is not", "burn", "x", "--map", "a=b")
    assert_wrong("must be one of", "burn", "x", "y", "--md5", "some")
    assert_wrong("must be one of", "finish", "x", "all")
    assert_wrong("neither .iso nor .cue", "export", "x", "out.img")
    assert_wrong("'%-2' is no number of seconds", "audio", "x", "y.wav",
      "--gap", "-2")
  end)

  it("is wrong with options that contradict each other", function()
    assert_wrong("cannot be used together", "verify", "x", "--report", "r",
      "--against", "i")
  end)

  it("stays on stderr with --json", function()
    assert_wrong("missing argument", "info", "--json")
  end)
end)

describe("the command", function()
  it("runs from any folder and by any path to it", function()
    local folder = run.folder()
    local r = run{run.root .. "/bin/discrecorder", "--version", cwd = folder}
    assert.are.equal(0, r.status, r.stderr)
    r = run{"lua5.4", "./discrecorder", "--version", cwd = run.root .. "/bin"}
    assert.are.equal(0, r.status, r.stderr)
    r = run{"lua5.4", "bin/discrecorder", "--version"}
    assert.are.equal(0, r.status, r.stderr)
    run.remove(folder)
  end)

  it("takes --json, --quiet and --trace before and behind its command's name",
    function()
      local folder = run.folder()
      local trace, other = folder .. "/trace", folder .. "/other"
      local address = ("virtual:%s/disc?medium=dvd+rw"):format(folder)
      assert.are.equal(0, run.command("format", address).status)
      address = address:match "^[^?]+"
      for i, words in ipairs{
        {"--json", "--trace", trace .. 1, "info", address},
        {"info", address, "--json", "--trace", trace .. 2},
        {"--trace", trace .. 3, "info", "--json", address},
        {"--trace", other, "info", "--json", address, "--trace", trace .. 4},
      } do
        local r = run.command(words)
        assert.are.equal(0, r.status, r.line .. r.stderr)
        assert.matches('^{.*"medium"', r.stdout)
        assert.matches("^discrecorder%-trace 1 ", run.slurp(trace .. i))
      end
      assert.is_nil(io.open(other))
      local r = run.command("--quiet", "info", address)
      assert.are.equal(0, r.status, r.stderr)
      assert.are.equal("", r.stdout)
      run.remove(folder)
    end)

  it("fails when its result cannot be written", function()
    for _, words in ipairs{"list --json", "--help", "burn --version"} do
      local r = run{
        "sh", "-c", ('"$1" %s >/dev/full'):format(words), "sh",
        run.root .. "/bin/discrecorder",
        ours = true,
      }
      assert.are.equal(1, r.status, words)
      assert.matches("cannot be written", r.stderr)
    end
  end)
end)
