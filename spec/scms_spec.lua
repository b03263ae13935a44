-- SCMS (IEC 60908, IEC 60958-3): a track that is a copy already has a copy bit
-- that changes, 9.375 times a second.
local audio = require "spec.support.audio_disc"
local burn_audio = require "spec.support.burn_audio"
local contents = require "discrecorder.contents"
local copy = require "discrecorder.copy"
local disc = require "spec.support.disc"
local each = require "spec.support.each"

local d = each(disc.new)

local COPY <const> = 2

-- The control nibbles of blocks, by their Q: those bits of them.
local function bits(rec, lba, count, mask)
  local list = {}
  for i, q in ipairs(assert(rec:read_q(lba, count))) do
    list[i] = q.control & (mask or COPY)
  end
  assert.are.equal(count, #list)
  return list
end

-- Four blocks of one kind, four of the other, wherever it begins.
local function alternates(list)
  local length, lengths = 1, {}
  for i = 2, #list do
    if list[i] == list[i - 1] then
      length = length + 1
    else
      table.insert(lengths, length)
      length = 1
    end
  end
  table.remove(lengths, 1)
  assert.is_true(#lengths > 1)
  for _, one in ipairs(lengths) do
    assert.are.equal(4, one)
  end
end

local function same(value, list)
  for _, one in ipairs(list) do
    assert.are.equal(value, one)
  end
end

local function job(more)
  local made = {mcn = "0123456789012", tracks = {
    burn_audio.track(burn_audio.pcm(400, 1)),
    burn_audio.track(burn_audio.pcm(400, 2),
      {flags = {scms = true}, isrc = "DEABC0600002"}),
    burn_audio.track(burn_audio.pcm(300, 3),
      {flags = {scms = true, copy = true, pre_emphasis = true}}),
    burn_audio.track(burn_audio.pcm(300, 4), {flags = {copy = true}}),
  }}
  for key, value in pairs(more or {}) do
    made[key] = value
  end
  return made
end

local ARE <const> = {
  {}, {scms = true}, {scms = true, copy = true, pre_emphasis = true},
  {copy = true},
}

local function flags(found)
  local list = {}
  for i, track in ipairs(found.tracks) do
    list[i] = track.flags
  end
  return list
end

-- A drive that tells nothing of copies but what Q has.
local function taciturn(rec)
  return setmetatable({}, {__index = function(_, name)
    return function(_, ...)
      local told, more = rec[name](rec, ...)
      if name == "medium" then
        for _, track in ipairs(told.tracks) do
          if track.flags then
            track.flags.scms = nil
          end
        end
      end
      return told, more
    end
  end})
end

for _, mode in ipairs {"sao", "tao"} do
  describe("a copy recorded by " .. mode, function()
    local rec, starts

    before_each(function()
      rec = d:recorder "medium=cd-r"
      local report = assert(rec:burn(job {mode = mode}))
      assert.is_true(report.verified)
      starts = {}
      for i, track in ipairs(report.tracks) do
        starts[i] = track.start
      end
    end)

    it("has a copy bit that changes every four blocks", function()
      same(0, bits(rec, starts[1], 400))
      alternates(bits(rec, starts[2], 400))
      alternates(bits(rec, starts[3], 300))
      same(COPY, bits(rec, starts[4], 300))
      same(1, bits(rec, starts[3], 20, ~COPY)) -- pre-emphasis stays
    end)

    it("is told as one, and in Q of the block read last", function()
      assert.are.same(ARE, flags(assert(contents.read(rec))))
      assert(rec:open_exclusive())
      for number, copied in ipairs {false, true, true, false} do
        assert.are.equal(copied, disc.track(rec, number).copied)
      end
      local list = {}
      for i = 0, 23 do
        assert(audio.read(rec, starts[2] + i, 1, 1))
        local r = disc.ask(rec, "42 00 40 01 00 00 00 0010 00", 16)
        list[i + 1] = r:byte(6) & COPY
      end
      alternates(list)
      rec:close()
    end)

    it("is known by its Q where the drive does not tell", function()
      assert.are.same(ARE, flags(assert(contents.read(taciturn(rec)))))
      -- Without looking at Q nobody can know.
      local quick = assert(contents.read(taciturn(rec), {quick = true}))
      assert.are.same({{}, {}, {copy = true, pre_emphasis = true},
        {copy = true}}, flags(quick))
    end)

    it("stays one in a copy, and in a copy of that", function()
      local second, third = d:recorder "medium=cd-rw", d:recorder "medium=cd-r"
      assert(copy.run(rec, second))
      assert(copy.run(second, third))
      local found = assert(contents.read(third))
      assert.are.same(ARE, flags(found))
      for i, track in ipairs(found.tracks) do
        local list = bits(third, track.start, 100)
        if ARE[i].scms then
          alternates(list)
        else
          same(ARE[i].copy and COPY or 0, list)
        end
      end
    end)
  end)
end

describe("a copy", function()
  it("is what the drive calls one where Q cannot be read", function()
    do
      local rec <close> = d:recorder "medium=cd-r"
      assert(rec:burn(job()))
    end
    -- How far the tracks go is asked first, a block each.
    local faults = {}
    for nth = #ARE + 1, 200 do
      table.insert(faults, {opcode = "READ CD", nth = nth,
        sense = {5, 0x24, 0}})
    end
    local blind = d:again(nil, {faults = faults})
    assert.are.same(ARE, flags(assert(contents.read(blind))))
    blind:close()
  end)
end)
