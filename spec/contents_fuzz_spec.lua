-- Drives that say anything of their disc: contents are read or refused, make
-- sense, and take a bounded number of questions.
-- FUZZ_SEED=N make specs SPECS=spec/contents_fuzz_spec.lua tries others.
local contents = require "discrecorder.contents"

local DISCS <const> = 2000
local QUESTIONS_MOST <const> = 1000

local seed

before_each(function()
  seed = tonumber(os.getenv "FUZZ_SEED") or 1
end)

-- A number of our own: the same everywhere.
local function random(low, high)
  seed = seed * 6364136223846793005 + 1442695040888963407
  return low + (seed >> 33) % (high - low + 1)
end

local function one_in(n)
  return random(1, n) == 1
end

local KEYS <const> = {2, 3, 4, 5, 8}

local function failure()
  local told = {code = "generic", message = "it is so"}
  if not one_in(4) then
    told.sense = {key = KEYS[random(1, #KEYS)]}
  end
  return nil, told, told.code
end

local function some_tracks()
  local tracks, at = {}, random(0, 50)
  for i = 1, random(1, 6) do
    local blocks = random(1, 600)
    tracks[i] = {
      number = i, session = one_in(10) and 2 or 1,
      kind = one_in(4) and "data" or "audio", mode = random(0, 2),
      start = one_in(20) and random(-5, 2000) or at,
      blocks = blocks, size = blocks + random(0, 3),
    }
    at = at + blocks + random(0, 200)
  end
  return tracks
end

local function some_q(lba)
  local kind = random(1, 6)
  if kind == 1 then
    return false
  elseif kind == 2 then
    return {mcn = "0123456789012"}
  end
  return {
    track = random(0, 7), index = random(0, one_in(3) and 99 or 2),
    absolute = one_in(3) and random(-200, 3000) or lba, relative = 1,
  }
end

local function some_bytes(n)
  local bytes = {}
  for i = 1, n do
    bytes[i] = string.char(random(0, 255))
  end
  return table.concat(bytes)
end

local function some_recorder()
  local rec = {questions = 0}
  local tracks = some_tracks()
  local function ask(odds, answer)
    rec.questions = rec.questions + 1
    if one_in(odds) then
      return failure()
    end
    return answer()
  end
  function rec.medium()
    return {state = "complete", tracks = tracks}
  end
  function rec.read(_, _, blocks)
    return ask(10, function()
      return ("\0"):rep(blocks * 4) .. (one_in(3) and "x" or "")
    end)
  end
  function rec.read_q(_, lba, blocks)
    return ask(8, function()
      local list = {}
      for i = 1, blocks do
        list[i] = some_q(lba + i - 1)
      end
      return list
    end)
  end
  function rec.mcn()
    return ask(6, function() return false end)
  end
  rec.isrc = rec.mcn
  function rec.cd_text()
    return ask(6, function()
      return one_in(2) and some_bytes(18 * random(1, 5))
    end)
  end
  return rec
end

local function check(disc)
  for i, track in ipairs(disc.tracks) do
    local last = 0
    assert.is_true(track.blocks >= 1 and track.pregap >= 0
      and track.from <= track.start)
    for _, index in ipairs(track.indexes) do
      assert.is_true(index > last and index < track.blocks, "track " .. i)
      last = index
    end
  end
end

it("the contents of a disc of which a drive says anything make sense",
  function()
    local read = 0
    for _ = 1, DISCS do
      local rec = some_recorder()
      local disc, told = contents.read(rec)
      assert.is_true(rec.questions < QUESTIONS_MOST)
      if disc then
        read = read + 1
        check(disc)
      else
        assert.equal("string", type(told.code))
      end
    end
    assert.is_true(read > 0 and read < DISCS)
  end)
