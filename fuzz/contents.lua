--- A drive that says anything of a CD: its tracks, sub-channel Q, codes, texts
-- and samples. What it holds is read or refused, makes sense, and takes a
-- bounded number of questions. An input's first bytes say what tracks there
-- are, the others are answers; when they are used up they come round again.
local contents = require "discrecorder.contents"
local given = require "fuzz.given"

local TRACKS_MOST <const> = 12
local QUESTIONS_MOST <const> = 20000

-- A failure's sense; what has none is a lost drive.
local KEYS <const> = {[0] = false, 2, 3, 4, 5, 8}

local function input(bytes)
  local at = 0
  local self = {}
  function self.byte()
    at = at < #bytes and at + 1 or 1
    return bytes:byte(at) or 0
  end
  -- -32,768 to 32,767
  function self.number()
    return (self.byte() << 8 | self.byte()) - 0x8000
  end
  function self.text(length)
    local list = {}
    for i = 1, length do
      list[i] = string.char(self.byte())
    end
    return table.concat(list)
  end
  return self
end

local function failure(say)
  local key = KEYS[say.byte() % (#KEYS + 1)]
  local told = {code = "generic", message = "it is so",
    sense = key and {key = key, asc = say.byte(), ascq = 0} or nil}
  return nil, told, told.code
end

-- Each begins so many blocks behind the last one's end, or before it.
local function tracks_of(say)
  local tracks, at = {}, 0
  for i = 1, 1 + say.byte() % TRACKS_MOST do
    local how, blocks = say.byte(), say.byte() * 4
    at = at + say.byte() - (how & 16)
    tracks[i] = {
      number = i, session = 1 + (how >> 5 & 1),
      kind = how & 1 == 0 and "audio" or "data", mode = how >> 1 & 3,
      start = at, blocks = blocks, size = blocks + (how >> 3 & 1) * 2,
      flags = how & 64 ~= 0 and {copy = true} or nil,
    }
    at = at + blocks + (how >> 7) * 11400
  end
  return tracks
end

local NOTHING <const>, MCN <const>, ELSEWHERE <const> = 0, 1, 2

local function q_of(say, lba)
  local kind = say.byte() % 8
  if kind == NOTHING then
    return false
  elseif kind == MCN then
    return {control = 0, mcn = "0123456789012"}
  end
  return {
    control = say.byte() & 15, track = say.byte() % (TRACKS_MOST + 1),
    index = say.byte() % 100, relative = 1,
    absolute = kind == ELSEWHERE and say.number() or lba,
  }
end

-- One answer in sixteen is a failure.
local function recorder_of(say, tracks)
  local rec = {questions = 0}
  local function ask(answer)
    rec.questions = rec.questions + 1
    assert(rec.questions < QUESTIONS_MOST, "it asks for ever")
    if say.byte() & 15 == 15 then
      return failure(say)
    end
    return answer()
  end
  function rec.medium()
    return {state = "complete", profile = "cd-r", tracks = tracks}
  end
  function rec.read(_, _, blocks)
    assert(blocks >= 1)
    return ask(function()
      return say.byte() & 1 == 0 and "\0" or "\0x" -- the rest takes time
    end)
  end
  function rec.read_q(_, lba, blocks)
    assert(blocks >= 1 and lba >= -150)
    return ask(function()
      local list = {}
      for i = 1, blocks do
        list[i] = q_of(say, lba + i - 1)
      end
      return list
    end)
  end
  local function code(length)
    return ask(function()
      return say.byte() & 1 == 0 and say.text(length)
    end)
  end
  function rec.mcn()
    return code(13)
  end
  function rec.isrc(_, number)
    assert(number >= 1)
    return code(12)
  end
  function rec.cd_text()
    return ask(function()
      local packs = say.byte() % 8
      return packs > 0 and say.text(18 * packs)
    end)
  end
  return rec
end

local function check(disc)
  for i, track in ipairs(disc.tracks) do
    assert(track.blocks >= 1 and track.pregap >= 0, i)
    assert(track.from >= 0 and track.from <= track.start, i)
    local last = 0
    for _, index in ipairs(track.indexes) do
      assert(index > last and index < track.blocks, i)
      last = index
    end
  end
end

-- True if the disc was read: for contents_fuzz_spec.lua.
return function(bytes)
  local say = input(bytes)
  local quick = say.byte() & 1 == 1
  local tracks = tracks_of(say)
  local disc = given(contents.read(recorder_of(say, tracks), {quick = quick}))
  if disc then
    check(disc)
  end
  return disc ~= nil
end
