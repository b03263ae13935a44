-- A fault at every packet of a burn, in every mode of DVDs and BDs: what a burn
-- says is true, and the disc can be brought back as docs/engine.md says. CDs:
-- engine_fault_spec.lua.

local burning = require "spec.support.burning"
local disc = require "discrecorder"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"

local BLOCKS <const> = 100
local BLOCK <const> = burning.BLOCK
local SECTORS <const> = 1048576 -- docs/disc-file.md

local MODES <const> = {
  ["dvd-r, incremental"] = {"dvd-r", {}},
  ["dvd-r, disc-at-once"] = {"dvd-r", {mode = "dao"}},
  ["dvd+r"] = {"dvd+r", {}},
  ["dvd+r-dl, kept open"] = {"dvd+r-dl", {keep_open = true}},
  ["bd-r"] = {"bd-r", {}},
  ["dvd+rw"] = {"dvd+rw", {as_needed = true}},
  ["dvd-ram"] = {"dvd-ram", {as_needed = true}},
  ["bd-re"] = {"bd-re", {as_needed = true}},
  ["dvd-rw, overwriting"] =
    {"dvd-rw", {as_needed = true, mode = "overwrite"}},
}

local s, path, content, count

before_each(function()
  s = scratch.new()
  count = 0
  path = s:image(BLOCKS)
  content = run.slurp(path)
end)

after_each(function()
  collectgarbage()
  s:remove()
end)

local function job(options, more)
  local all = {packet = 65536}
  for _, list in ipairs {options, more or {}} do
    for key, value in pairs(list) do
      all[key] = value
    end
  end
  return burning.job(path, all)
end

-- A new disc: its file, its address.
local function new_disc(kind)
  count = count + 1
  local file = s:path("disc" .. count)
  return file, ("virtual:%s?medium=%s"):format(file, kind)
end

-- The numbers of a clean burn's packets; of the like of which there are many
-- only some.
local function packets(mode)
  local file, address = new_disc(mode[1])
  local list, seen = {}, {}
  do
    local rec <close> = assert(disc.recorder(address,
      {trace = s:path "trace"}))
    local before = #burning.packets(s:path "trace")
    assert(rec:burn(job(mode[2])))
    for _, packet in ipairs(burning.packets(s:path "trace")) do
      local times = (seen[packet.opcode] or 0) + 1
      if packet.number > before and times <= 3 then
        seen[packet.opcode] = times
        table.insert(list, packet)
      end
    end
  end
  os.remove(file)
  return list
end

local function on_disc(file, blocks)
  local f <close> = assert(io.open(file, "rb"))
  f:seek("set", SECTORS)
  return f:read(blocks * BLOCK)
end

-- By docs/engine.md's table, from whatever state.
local function bring_back(rec, medium, mode)
  local burned, failure
  if medium.state ~= "overwritable" and
    (medium.state == "damaged" or medium.session_open) then
    assert(rec:open_exclusive())
    assert(rec:finish "session")
    rec:close()
    medium = assert(rec:medium())
    assert.is_false(medium.session_open)
  end
  if medium.state == "complete" and not medium.erasable then
    return
  elseif medium.state == "appendable" and not medium.erasable then
    local more = job(mode[2], {append = true})
    more.mode = nil
    burned, failure = rec:burn(more)
  else
    burned, failure = rec:burn(job(mode[2], {as_needed = medium.erasable}))
  end
  assert(burned, tostring(failure))
  assert.is_true(burned.verified)
end

-- What a failed burn says must be so.
local function is_true(failure, code, medium, file, fault)
  assert.are.equal(code, failure.code)
  assert.is_false(failure.report.ok)
  local told = failure.report.medium
  if told and told.state ~= "none" and not fault.corrupt then
    assert.are.equal(medium.state, told.state)
  end
  local track = failure.report.tracks[1]
  if track and track.blocks > 0 and medium.state ~= "blank" then
    assert.is_true(on_disc(file, track.blocks)
      == content:sub(1, track.blocks * BLOCK), "other bytes than it says")
  end
end

local function try(mode, fault)
  local file, address = new_disc(mode[1])
  local faulty <close> = assert(disc.recorder(address, {faults = {fault}}))
  local report, failure, code = faulty:burn(job(mode[2]))
  local state, _, why = faulty:get_recorder_state()
  assert.is_true(state == "idle" or (fault.gone and
    why == "device_not_present"), tostring(state) .. tostring(why))
  faulty:close()
  local rec <close> = assert(disc.recorder("virtual:" .. file))
  assert(rec:load()) -- the fault may have kept it open
  local medium = assert(rec:medium())
  if report then
    assert.is_true(report.ok and report.verified)
    assert.are.equal(medium.state, report.medium.state)
    assert.is_true(on_disc(file, BLOCKS) == content, "other bytes")
  else
    is_true(failure, code, medium, file, fault)
    bring_back(rec, medium, mode)
  end
  rec:close()
  os.remove(file)
  return report and "ok" or code
end

local function everywhere(mode, what)
  local seen, list = {}, packets(mode)
  for _, packet in ipairs(list) do
    local fault = {packet = packet.number}
    for key, value in pairs(what) do
      fault[key] = value
    end
    local ok, result = pcall(try, mode, fault)
    if not ok then
      error(("packet %d, %s: %s"):format(packet.number, packet.opcode,
        tostring(result)))
    end
    seen[result] = (seen[result] or 0) + 1
  end
  return seen, #list
end

-- A job that plan accepted never ends so.
local function is_no_lie(seen)
  assert.is_nil(seen.disc_full)
  assert.is_nil(seen.bad_file)
end

for name, mode in pairs(MODES) do
  describe("a fault at any packet of a burn on " .. name, function()
    it("that is a write error is a failure, or was not needed", function()
      local seen = everywhere(mode, {sense = {3, 0x0C, 0}})
      is_no_lie(seen)
      assert.is_true(seen.cannot_write_to_media >= BLOCKS // 32)
    end)

    it("that is a drive busy for three polls is waited for", function()
      local seen, all = everywhere(mode, {busy = 3})
      assert.are.same({ok = all}, seen)
    end)

    it("that unplugs the drive is told as such", function()
      local seen, all = everywhere(mode, {gone = true})
      assert.are.equal(all, (seen.device_not_present or 0) + (seen.ok or 0))
      assert.is_true(seen.device_not_present > all / 2)
    end)

    it("that loses the answer is a failure, or was not needed", function()
      local seen, all = everywhere(mode, {lost = true})
      assert.are.equal(all, (seen.transport_error or 0) + (seen.ok or 0))
    end)

    it("that is a medium change never gives a false success", function()
      local seen, all = everywhere(mode, {sense = {6, 0x28, 0}})
      assert.are.equal(all, (seen.wrong_disc or 0) + (seen.ok or 0))
    end)

    it("that is a short or a wrong answer never gives a false success",
      function()
        is_no_lie(everywhere(mode, {short = 4}))
        is_no_lie(everywhere(mode, {corrupt = true}))
      end)

    it("that is refused is a failure, or was not needed", function()
      is_no_lie(everywhere(mode, {sense = {5, 0x24, 0}}))
    end)
  end)
end
