-- Drives that want a session at once announced in another way: CD-TEXT by page
-- 05h, by the time of the lead-in, or by both; codes without a control nibble.
local burn_audio = require "spec.support.burn_audio"
local burning = require "spec.support.burning"
local disc = require "spec.support.disc"

local pcm, track = burn_audio.pcm, burn_audio.track

local ONE <const>, TWO <const> = pcm(300, 1), pcm(310, 2)

local function job()
  return {
    tracks = {
      track(ONE, {isrc = "DEABC0600001", flags = {copy = true}}), track(TWO),
    },
    text = {title = "Album"}, mcn = "0123456789012", packet = 131072,
  }
end

local bench

local function with(quirk)
  bench = burning.bench("medium=cd-rw&quirk=" .. quirk)
end

after_each(function()
  bench:remove()
end)

local function has_all()
  local look = burn_audio.look(bench)
  assert.is_true(ONE .. TWO == look.samples(0, 610))
  assert.matches("Album", look.text())
  assert.are.equal("DEABC0600001", look.isrc(1))
  assert.are.equal("0123456789012", look.mcn())
  look.close()
end

-- With the number of sheets that are sent: ways of which page 05h is refused
-- come to none.
local WAYS <const> = {
  {"text-lead-in", 2},
  {"text-block-type", 3},
  {"text-lead-in,text-block-type", 4},
  {"plain-codes", 3},
  {"text-lead-in,plain-codes", 4},
  {"text-block-type,plain-codes", 7},
  {"text-lead-in,text-block-type,plain-codes", 8},
}

-- Packets of a clean burn by their numbers, from the first sheet's page up to
-- the first block.
local function announcing()
  local trace = bench:path "trace"
  local rec <close> = bench:recorder {trace = trace}
  local before = #burning.packets(trace)
  assert.is_true(assert(rec:burn(job())).verified)
  local list, sheets = {}, 0
  for _, packet in ipairs(burning.packets(trace)) do
    if packet.number > before and packet.opcode == "WRITE(10)" then
      break
    elseif packet.opcode == "SEND CUE SHEET" then
      sheets = sheets + 1
    end
    if packet.number > before and (packet.opcode == "SEND CUE SHEET"
      or packet.opcode == "MODE SELECT(10)"
      or packet.opcode == "READ TOC/PMA/ATIP") then
      table.insert(list, packet.number)
    end
  end
  return list, sheets
end

local function blank()
  local rec <close> = bench:recorder()
  assert(rec:open_exclusive())
  assert(rec:erase(false))
end

describe("a drive that wants a session announced by", function()
  for _, way in ipairs(WAYS) do
    local quirk, tries = way[1], way[2]
    it(quirk .. " is told so, after what others want was refused", function()
      with(quirk)
      local _, sheets = announcing()
      assert.are.equal(tries, sheets)
      has_all()
    end)

    it(quirk .. " fails before the first block, or has all of it", function()
      with(quirk)
      local numbers = announcing()
      assert.is_true(#numbers > tries) -- the sheets, and what is set for them
      for _, what in ipairs {
        {busy = 3}, {sense = {3, 0x0C, 0}}, {sense = {5, 0x24, 0}},
        {gone = true}, {short = 4},
      } do
        for _, number in ipairs(numbers) do
          blank()
          local fault = {packet = number}
          for key, value in pairs(what) do
            fault[key] = value
          end
          local rec = bench:recorder {faults = {fault}}
          local report, failure, code = rec:burn(job())
          rec:close()
          collectgarbage()
          if report then
            assert.is_true(report.verified)
            has_all()
          else
            assert.are.equal(code, failure.code)
            assert.is_nil(what.busy)
            assert.are.equal("blank", bench:medium().state)
          end
        end
      end
    end)
  end

  it("none of them is told the one way that all others take", function()
    bench = burning.bench()
    local _, sheets = announcing()
    assert.are.equal(1, sheets)
    has_all()
  end)
end)

describe("without CD-TEXT", function()
  it("codes are told without control where that is wanted", function()
    with "plain-codes,text-lead-in"
    local made = job()
    made.text = nil
    local rec <close> = bench:recorder()
    assert.is_true(assert(rec:burn(made)).verified)
    local look = burn_audio.look(bench)
    assert.are.same({"DEABC0600001", "0123456789012", 2},
      {look.isrc(1), look.mcn(), look.control(1)})
    look.close()
  end)

  it("nothing else is tried than what differs", function()
    with "plain-codes"
    local trace = bench:path "trace"
    local made = {tracks = {track(ONE)}, mcn = "0123456789012"}
    local rec <close> = bench:recorder {trace = trace, faults = {
      {opcode = "SEND CUE SHEET", sense = {5, 0x26, 2}},
    }}
    burning.refused("initialize_write", rec:burn(made))
    local sheets = 0
    for _, packet in ipairs(burning.packets(trace)) do
      sheets = sheets + (packet.opcode == "SEND CUE SHEET" and 1 or 0)
    end
    assert.are.equal(1, sheets)
  end)
end)

describe("the virtual drive with such a quirk", function()
  local function sheet(control, time)
    return disc.hex(("%X2 30313233343536 %X2 37383930313200 "):format(control,
      control) .. "01 00 00 41 00 " .. time .. " 01 01 00 00 00 000000 "
      .. "01 01 01 00 00 000200 01 AA 01 01 00 000600")
  end

  local function send(rec, block_type, ...)
    local bytes = sheet(...)
    local taken = disc.select(rec, disc.write_page {
      [2] = 0x42, [3] = 0, [4] = block_type,
    })
    return taken ~= "good" and taken
      or disc.sense(rec, ("5D 00 00 00 00 00 %06X 00"):format(#bytes), bytes)
  end

  -- The lead-in of a CD-RW is at 97:34:25.
  for _, case in ipairs {
    {"overburn", {0, 0, "000000", "good"}, {3, 0, "000000", "5/26/00"},
      {0, 0, "612219", "5/26/02"}, {0, 2, "000000", "good"}},
    {"text-lead-in", {0, 0, "000000", "5/26/02"}, {0, 0, "612219", "good"},
      {0, 0, "612218", "5/26/02"}},
    {"text-block-type", {0, 0, "000000", "5/26/01"}, {3, 0, "000000", "good"},
      {3, 0, "612219", "5/26/02"}},
    {"plain-codes", {0, 2, "000000", "5/26/02"}, {0, 0, "000000", "good"}},
  } do
    it(case[1] .. " refuses the sheets that it should", function()
      with(case[1])
      local rec <close> = bench:recorder()
      assert(rec:open_exclusive())
      for i = 2, #case do
        local block_type, control, time, said = table.unpack(case[i])
        assert.are.equal(said, send(rec, block_type, control, time))
      end
    end)
  end
end)

describe("a drive that keeps back the CRCs of CD-TEXT", function()
  it("has them told as they are", function()
    with "no-text-crc"
    local rec <close> = bench:recorder()
    local report = assert(rec:burn(job()))
    assert.is_true(report.verified)
    assert.are.same({}, report.warnings)
    local look = burn_audio.look(bench)
    local raw = look.text()
    look.close()
    assert.are.equal("\0\0", raw:sub(17, 18))
    local cdtext = require "discrecorder.cdtext"
    local packs = assert(rec:cd_text())
    assert.are.equal("Album", assert(cdtext.decode(packs)).blocks[1].disc.title)
    assert.are.equal(packs, (assert(cdtext.sound(raw))))
    assert(cdtext.decode(raw))
  end)
end)
