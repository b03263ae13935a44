-- A jukebox that others wrote: tgt's changer with a DVD+R drive. Its arm is a
-- program of its own (spec/target/robot.c), as in a robot; we burn what it
-- brings, disc after disc, with nobody there.
local burning = require "spec.support.burning"
local disc = require "discrecorder"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"
local tgt = require "spec.support.tgt"

local BLOCK <const> = 2048
local EMPTY_SLOT <const> = "5/3B/0E" -- source element empty
local PREVENTED <const> = "5/53/02" -- medium removal prevented

local missing = tgt.missing()
local refused = burning.refused

describe("the drive of a jukebox", function()
  local s, target, box, rec

  before_each(function()
    s = scratch.new()
    if not missing then
      target = tgt.start()
      box = target:jukebox(3)
      rec = assert(disc.recorder(box.address))
    end
  end)

  after_each(function()
    rec = nil
    collectgarbage()
    if target then
      target:stop()
    end
    s:remove()
  end)

  local function with_box(name, f)
    it(name, function()
      if missing then
        pending(missing)
      end
      f()
    end)
  end

  with_box("burns one disc after the other", function()
    assert.are.equal("none", assert(rec:medium()).state)
    for slot = 1, 3 do
      local image = s:image(100 * slot, "image" .. slot)
      assert.are.equal("moved", box:move(slot, "drive"))
      assert.is_true(rec:wait_medium(10))
      local report = assert(rec:burn(burning.job(image)))
      assert.is_true(report.verified)
      assert.are.equal("complete", report.medium.state)
      assert.are.equal("moved", box:move("drive", slot))
      assert.are.equal("none", assert(rec:medium()).state)
    end
    for slot = 1, 3 do
      local image = run.slurp(s:path("image" .. slot))
      assert.is_true(image == run.slurp(box:path(slot)):sub(1, #image))
    end
  end)

  with_box("passes over a disc that was burned, and an empty slot", function()
    local image = s:image(160)
    run.spit(box:path(1), run.slurp(image))
    local results = {}
    for _, slot in ipairs{1, 4, 3} do
      local moved = box:move(slot, "drive")
      local report, failure = rec:burn(burning.job(image))
      results[#results + 1] = moved .. " " .. (report and "ok" or failure.code)
      box:move("drive", slot)
    end
    assert.are.same({
      "moved medium_not_blank", EMPTY_SLOT .. " medium_not_present", "moved ok",
    }, results)
    assert.are.equal(run.slurp(image), run.slurp(box:path(3)))
  end)

  with_box("keeps its disc until it is burned", function()
    local bytes = run.slurp(s:image(10000))
    local pushed = assert(source.push(#bytes))
    assert.are.equal("moved", box:move(2, "drive"))
    local job <close> = assert(rec:burn_start{
      tracks = {{source = pushed}}, buffer = 4 * 65536,
    })
    assert(pushed:write(bytes:sub(1, 5000 * BLOCK)))
    assert.are.equal(PREVENTED, box:move("drive", 2))
    assert(pushed:write(bytes:sub(5000 * BLOCK + 1)))
    pushed:close()
    assert.is_true(assert(job:wait()).verified)
    assert.are.equal("moved", box:move("drive", 2))
    assert.is_true(bytes == run.slurp(box:path(2)))
  end)

  with_box("knows the disc that the arm has brought meanwhile", function()
    assert.are.equal("moved", box:move(1, "drive"))
    local plan = require("discrecorder.plan").plan
    assert(plan(burning.job(s:image(160)), assert(rec:medium())))
    box:move("drive", 1)
    assert.are.equal("moved", box:move(2, "drive"))
    assert(rec:burn(burning.job(s:path "image.iso")))
    assert.are.equal("", run.slurp(box:path(1)))
    assert.are.equal("moved", box:move("drive", 2))
    assert.are.equal("moved", box:move(1, "drive"))
    assert.are.equal("blank", assert(rec:medium()).state)
  end)

  with_box("is no recorder where it is the arm", function()
    refused("device_invalid_type", disc.recorder(target:address(2)))
  end)
end)
