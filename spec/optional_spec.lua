local run = require "spec.support.run"

-- An interpreter that finds the C module `core` alone as a file, and has those
-- of `linked` in itself, asks for an audio file that is not there.
local function ask_for_audio(linked)
  local script = {[[package.cpath = ""]]}
  for _, name in ipairs(linked) do
    script[#script + 1] = ([[package.preload["discrecorder.%s"] =
      assert(package.loadlib(%q, "luaopen_discrecorder_%s"))]])
      :format(name, run.build .. "/discrecorder/" .. name .. ".so", name)
  end
  script[#script + 1] = [[
    print(pcall(require("discrecorder.source").audio, "/nowhere/there.wav"))]]
  return run {"lua5.4", "-e", table.concat(script, "\n"), env = run.lua_env}
end

describe("a module that need not be installed", function()
  it("is said to be missing where it is", function()
    local r = ask_for_audio {"core"}
    assert.are.equal("", r.stderr)
    assert.matches("^false\t.-source.audio needs the module", r.stdout)
  end)

  it("is found in the program that it is linked into", function()
    local r = ask_for_audio {"core", "audio"}
    assert.are.equal("", r.stderr)
    assert.matches("^true\tnil\t", r.stdout)
  end)
end)
