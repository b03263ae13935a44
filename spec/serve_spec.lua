local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local MODULES <const> = "/sys/kernel/config/target"

-- What needs a kernel that has the modules is in spec/kernel/rows/serve.lua.
local function as_nobody(command)
  local words = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
    env = run.lua_env}
  return run(table.move(command, 1, #command, #words + 1, words))
end

describe("serving a recorder to the kernel", function()
  local s

  before_each(function()
    s = scratch.new()
  end)

  after_each(function()
    s:remove()
  end)

  local function address()
    return ("virtual:%s?medium=cd-rw"):format(s:path("disc"))
  end

  it("believes no number in the ring", function()
    run.output("make", "--no-print-directory", "build/spec/ring")
    local r = run("build/spec/ring")
    assert.are.equal("", r.stdout .. r.stderr)
    assert.are.equal(0, r.status)
  end)

  it("is refused where the kernel has no modules, and makes nothing", function()
    if run.output("id", "-u") ~= "0" or
      run("test", "-e", MODULES).status == 0 then
      pending("this kernel may be able to")
      return
    end
    local r = run.command("serve", address())
    assert.are.equal(1, r.status)
    assert.matches("^discrecorder: serve: this kernel has no module", r.stderr)
    assert.matches("modprobe", r.stderr)
    assert.are.equal(0, run("test", "!", "-e", s:path("disc")).status)
  end)

  it("is refused to an ordinary user", function()
    local r
    if run.output("id", "-u") == "0" then
      if as_nobody{"test", "-r", run.root .. "/lua/discrecorder/serve.lua"}
          .status ~= 0 then
        pending("nobody cannot read this checkout")
        return
      end
      r = as_nobody{"lua5.4", "-e", ([[
        local done, failure = require("discrecorder.serve").start{%q}
        print(done, failure.code, failure, failure.advice)]])
        :format(address())}
    else
      r = run.command("serve", address())
      r.stdout = r.stdout .. r.stderr
    end
    assert.matches("only root may make devices", r.stdout)
    assert.matches("sudo", r.stdout)
  end)

  it("is wrong with an odd hurry", function()
    for _, value in ipairs{"0", "-1", "soon", "nan"} do
      local r = run.command("serve", "--hurry=" .. value, address())
      assert.are.equal(2, r.status, value)
    end
  end)

  it("raises for a mistake before anything is served", function()
    local serve = require "discrecorder.serve"
    local mistakes = {
      ["unknown key 'hury'"] = {{address()}, {hury = 2}},
      ["hurry is a number above 0"] = {{address()}, {hurry = 0}},
      ["hurry: number expected, got string"] = {{address()}, {hurry = "fast"}},
      ["the addresses are a list"] = {{}},
      ["an address is a string"] = {{address(), 7}},
    }
    for message, arguments in pairs(mistakes) do
      local ok, said = pcall(function()
        local served = serve.start(table.unpack(arguments))
        return served
      end)
      assert.is_false(ok)
      assert.matches("serve_spec%.lua:%d+: serve: " .. message, said)
    end
    assert.are.equal(0, run("test", "!", "-e", s:path("disc")).status)
  end)
end)
