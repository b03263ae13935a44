-- Audio files as sources that are not CD audio themselves: compressed, of other
-- rates, widths and channels; judged by other people's decoders.

local audio = require "spec.support.audio"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"

local FRAME <const>, decode <const> = audio.FRAME, audio.decode

local here

before_each(function()
  here = scratch.new()
end)

after_each(function()
  collectgarbage()
  here:remove()
end)

local function compress(...)
  return audio.compress(here, ...)
end

-- What sndfile-convert decodes, to the nearest of 16 bits.
local function decoded_by_others(path)
  audio.convert(path, here:path "decoded.wav", "-float32")
  local parts = {}
  local floats = run.slurp(here:path "decoded.wav"):match("data....(.*)$")
  for at = 1, #floats, 4 do
    local value = math.floor(("<f"):unpack(floats, at) * 32768 + 0.5)
    parts[#parts + 1] = ("<i2"):pack(value)
  end
  return table.concat(parts)
end

-- How many frames of an MP3 file sox gives, and libsndfile leaves out: what the
-- decoder is late; what the encoder is, where the file tells it; the header,
-- which is a frame of silence.
local DECODER_LATE <const>, ENCODER_LATE <const>, HEADER <const> =
  529, 576, 1152

describe("compressed audio", function()
  it("is what libsndfile decodes, in Vorbis and Opus", function()
    local tone = audio.tone{frames = 30000}
    local path = compress("a.ogg", tone, "-vorbis")
    audio.same(decoded_by_others(path), decode(path, {dither = false}))
    tone = audio.tone{frames = 48000, rate = 48000}
    path = compress("b.ogg", tone, "-opus")
    local theirs = audio.convert(path, here:path "b.wav", "-float32")
    audio.same(decode(theirs), decode(path))
  end)

  it("is what sox decodes, in MP3", function()
    local path = compress("a.mp3", audio.tone{frames = 30000})
    local theirs = audio.sox(path)
    theirs = theirs:sub(1 + (HEADER + ENCODER_LATE + DECODER_LATE) * FRAME)
    local ours = decode(path, {dither = false}):sub(1, #theirs)
    assert.is_true(#ours > 29000 * FRAME)
    local mean, most = audio.difference(theirs, ours)
    assert.is_true(mean < 0.1 and most <= 1, mean)
  end)

  it("has the length and the place of what was compressed", function()
    local tone = audio.tone{frames = 30000}
    for _, path in ipairs{
      compress("a.mp3", tone), compress("a.ogg", tone, "-vorbis"),
    } do
      local given = decode(path)
      assert.are.equal(30000 * FRAME, #given)
      local mean = audio.difference(audio.cd(tone), given)
      assert.is_true(mean < 200, ("%s: %g"):format(path, mean))
    end
  end)
end)

describe("another sample rate", function()
  it("is converted as sox does it", function()
    for _, rate in ipairs{8000, 44101, 48000, 96000, 192000} do
      local path = audio.wav(here:path "a.wav", audio.tone{
        frames = rate * 5 // 4, rate = rate, bits = 24, channels = 1,
        noise = false,
      })
      local ours = decode(path, {dither = false})
      local theirs = audio.sox(path, "rate", "-v", "44100")
      assert.are.equal(#theirs, #ours)
      local mean, most = audio.difference(theirs, ours, 2000)
      assert.is_true(mean < 0.1 and most <= 1, ("%d Hz: %g"):format(rate, mean))
    end
  end)

  it("leaves nothing of what a CD cannot hold", function()
    local path = audio.wav(here:path "a.wav", audio.tone{
      frames = 48000, rate = 96000, bits = 24, channels = 1, hertz = 30000,
      noise = false,
    })
    local given = decode(path, {dither = false})
    local silence = ("\0"):rep(#given)
    local _, most = audio.difference(silence, given, 300)
    assert.is_true(most <= 1, most)
  end)

  it("gives as many frames as it lasts, to the nearest", function()
    for rate, frames in pairs{[48000] = 48001, [8000] = 1, [96000] = 3} do
      local path = audio.wav(here:path "a.wav", audio.tone{
        frames = frames, rate = rate,
      })
      local s <close> = assert(source.audio(path))
      assert.are.equal(math.floor(frames * 44100 / rate + 0.5) * FRAME,
        s.length)
      assert.are.equal(s.length, #audio.read(s))
    end
  end)
end)

describe("more than 16 bits", function()
  it("are rounded to the nearest without dither, as sox does it", function()
    local path = audio.wav(here:path "a.wav", audio.tone{
      frames = 20000, bits = 24, level = 0.99,
    })
    audio.same(audio.sox(path), decode(path, {dither = false}))
  end)

  it("are dithered by noise that is the same each time", function()
    local tone = audio.tone{frames = 30000, bits = 24, level = 0.001}
    local path = audio.wav(here:path "a.wav", tone)
    local first = decode(path)
    audio.same(first, decode(path))
    assert.are_not.equal(first, decode(path, {dither = false}))
    -- The error of rounding (1/12) and triangular noise of two bits (2/12).
    local sum, square = 0, 0
    for i, value in ipairs(tone.values) do
      local e = ("<i2"):unpack(first, 2 * i - 1) - value / 256
      assert.is_true(math.abs(e) <= 1.5)
      sum, square = sum + e, square + e * e
    end
    assert.is_true(math.abs(sum / #tone.values) < 0.01)
    assert.is_true(math.abs(square / #tone.values - 3 / 12) < 0.01)
  end)

  it("of floats are clipped where they are too loud", function()
    local tone = audio.tone{frames = 1000}
    local path = audio.floats(here:path "a.wav", tone, 3)
    for i, value in ipairs(tone.values) do
      tone.values[i] = math.max(-32768, math.min(32767, value * 3))
    end
    audio.same(audio.cd(tone), decode(path, {dither = false}))
  end)
end)

describe("more than two channels", function()
  -- A file whose channels are each of one value, and what becomes of it.
  local function mixed(name, values, ...)
    local tone = {values = {}, rate = 44100, channels = #values, bits = 16}
    for i = 0, 99 do
      table.move(values, 1, #values, i * #values + 1, tone.values)
    end
    local path = audio.wav(here:path "multi.wav", tone)
    if name ~= "multi.wav" then
      path = audio.convert(path, here:path(name), ...)
    end
    local given = decode(path, {dither = false})
    local left, right = ("<i2i2"):unpack(given, 201)
    return left, right
  end

  local HALF <const> = math.sqrt(0.5)

  it("are mixed to two by ITU-R BS.775, and cannot clip", function()
    for _, name in ipairs{"multi.wav", "multi.flac"} do
      local sum = 1 + 2 * HALF
      local left, right = mixed(name, {1000, 0, 0, 0, 0, 0})
      assert.are.same({math.floor(1000 / sum + 0.5), 0}, {left, right})
      left, right = mixed(name, {0, 0, 1000, 0, 0, 0})
      local centre = math.floor(1000 * HALF / sum + 0.5)
      assert.are.same({centre, centre}, {left, right})
      assert.are.same({0, 0}, {mixed(name, {0, 0, 0, 30000, 0, 0})})
      left, right = mixed(name, {0, 0, 0, 0, 0, 1000})
      assert.are.same({0, centre}, {left, right})
      local full <const> = 32767
      left, right = mixed(name, {full, full, full, full, full, full})
      assert.is_true(math.abs(left - full) <= 1 and left == right)
    end
  end)

  it("of 192 kHz are converted too, eight of them", function()
    local path = audio.wav(here:path "a.wav", audio.tone{
      frames = 19200, rate = 192000, channels = 8, bits = 24,
    })
    local s <close> = assert(source.audio(path))
    assert.are.equal(8, s.audio.channels)
    assert.are.equal(4410 * FRAME, #audio.read(s))
  end)
end)

describe("an MP3 file", function()
  -- One that sox made: of a constant bitrate, and so without a header.
  local function headless(frames)
    local wav = audio.wav(here:path "a.wav", audio.tone{frames = frames})
    run.output("sox", wav, "-C", "128.01", here:path "a.mp3")
    local bytes = run.slurp(here:path "a.mp3")
    assert.is_nil(bytes:find("Xing", 1, true) or bytes:find("Info", 1, true))
    return here:path "a.mp3"
  end

  it("without a header has the frames that are in it", function()
    local path = headless(30000)
    local given = decode(path, {dither = false})
    local theirs = audio.sox(path):sub(1 + DECODER_LATE * FRAME)
    local least = math.min(#given, #theirs)
    -- sox leaves the last frame of 1152 out.
    assert.is_true(least >= 30000 * FRAME)
    assert.is_true(#given - #theirs <= 1152 * FRAME)
    local mean, most = audio.difference(theirs:sub(1, least),
      given:sub(1, least))
    assert.is_true(mean < 0.1 and most <= 1, mean)
  end)

  it("whose header counts too few frames is decoded to its end", function()
    local path = compress("a.mp3", audio.tone{frames = 30000})
    local bytes = run.slurp(path)
    local at = bytes:find("Xing", 1, true)
    local count = (">I4"):unpack(bytes, at + 8)
    local right = decode(path, {dither = false})
    run.spit(path, bytes:sub(1, at + 7) .. (">I4"):pack(count // 2)
      .. bytes:sub(at + 12))
    local given = decode(path, {dither = false})
    audio.same(right, given:sub(1 + ENCODER_LATE * FRAME,
      ENCODER_LATE * FRAME + #right))
  end)

  it("may have tags in front and behind", function()
    local path = compress("a.mp3", audio.tone{frames = 30000})
    local bytes = run.slurp(path)
    local plain = decode(path)
    run.spit(path, "ID3\4\0\0\0\0\1\0" .. ("\0"):rep(128) .. bytes
      .. "TAG" .. ("x"):rep(125))
    audio.same(plain, decode(path))
  end)
end)
