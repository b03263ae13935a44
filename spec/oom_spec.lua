-- A sample of what `make oom` tries: allocations that fail.
local run = require "spec.support.run"

describe("a host whose memory ends", function()
  it("has no crash, nothing left, and the truth", function()
    if run.build:find "/thread$" then
      pending("no other Lua under the thread sanitizer")
      return
    end
    local r = run {run.build .. "/spec/oom-host", "--sample", "2",
      "--seed", "1", env = run.lua_env}
    assert.equal(0, r.status, r.stdout .. r.stderr)
    assert.matches("\n%d%d%d+ passed, 0 failed, 0 skipped\n$", r.stdout)
  end)
end)
