-- spec/run.lua: what it makes of files that pass, fail, crash or say nothing.
local each = require "spec.support.each"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local here = each(scratch.new)

-- Runs files, each a script for sh that stands for a spec file.
local function runs(...)
  local files = {}
  for i, script in ipairs {...} do
    files[i] = here:file(("%d.sh"):format(i), script)
  end
  return run {"lua5.4", "spec/run.lua", "2", table.concat(files, " "), "--",
    "sh", cwd = run.root}
end

describe("the runner of the specs", function()
  it("sums up what the files say", function()
    local r = runs("echo 2 passed, 0 failed, 1 skipped",
      "echo 3 passed, 0 failed, 0 skipped")
    assert.are.equal(0, r.status)
    assert.matches("\n5 passed, 0 failed, 1 skipped\n$", r.stdout)
  end)

  it("fails when one fails, and shows what it said", function()
    local r = runs("echo FAILED: this; echo 2 passed, 1 failed, 0 skipped",
      "echo 3 passed, 0 failed, 0 skipped")
    assert.are.equal(1, r.status)
    assert.matches("FAILED: this\n", r.stdout)
    assert.matches("\n5 passed, 1 failed, 0 skipped\n$", r.stdout)
  end)

  it("counts a file that ends without a sum as a failure", function()
    for _, script in ipairs {"kill -SEGV $$", "exit 0", "exit 255"} do
      local r = runs("echo 3 passed, 0 failed, 0 skipped", script)
      assert.are.equal(1, r.status)
      assert.matches("\n3 passed, 1 failed, 0 skipped\n$", r.stdout)
    end
  end)
end)
