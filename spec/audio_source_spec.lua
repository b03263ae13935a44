-- Audio files as sources: which bytes of CD audio they become, judged by other
-- people's decoders.

local audio = require "spec.support.audio"
local burning = require "spec.support.burning"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"

local FRAME <const> = 4

local here

before_each(function()
  here = scratch.new()
end)

after_each(function()
  collectgarbage()
  here:remove()
end)

-- All that an audio file gives; options of source.audio.
local function decode(path, options)
  local all = {path = path}
  for key, value in pairs(options or {}) do
    all[key] = value
  end
  local s <close> = assert(source.audio(all))
  local bytes = assert(audio.read(s))
  assert.are.equal(s.length, #bytes)
  return bytes
end

-- A tone in a file of a kind that sndfile-convert knows by its name.
local function make(name, tone, ...)
  local wav = audio.wav(here:path "made.wav", tone)
  return audio.convert(wav, here:path(name), ...)
end

-- The same, compressed with a loss.
local function compress(name, tone, ...)
  local wav = audio.floats(here:path "floats.wav", tone)
  return audio.convert(wav, here:path(name), ...)
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

describe("audio of 44.1 kHz and 16 bits", function()
  local tone

  setup(function()
    tone = audio.tone{frames = 20000}
  end)

  it("of a WAV or AIFF file comes out bit for bit", function()
    audio.same(audio.cd(tone), decode(audio.wav(here:path "a.wav", tone)))
    audio.same(audio.cd(tone), decode(audio.aiff(here:path "a.aiff", tone)))
  end)

  it("of a WAV file from a pipe, which does not know its length", function()
    for _, said in ipairs{0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF - 36} do
      local path = audio.wav(here:path "a.wav", tone, said)
      audio.same(audio.cd(tone), decode(path))
    end
  end)

  it("of a FLAC or ALAC file comes out bit for bit", function()
    audio.same(audio.cd(tone), decode(make("a.flac", tone)))
    audio.same(audio.cd(tone), decode(make("a.caf", tone, "-alac16")))
  end)

  it("of one channel is on both sides", function()
    local mono = audio.tone{frames = 10000, channels = 1}
    audio.same(audio.cd(mono), decode(audio.wav(here:path "a.wav", mono)))
    audio.same(audio.cd(mono), decode(make("a.flac", mono)))
  end)

  it("has the whole range", function()
    local loud = {
      values = {-32768, 32767, 0, -1, 1, -32767, 32766, -32768},
      rate = 44100, channels = 2, bits = 16,
    }
    audio.same(audio.cd(loud), decode(audio.wav(here:path "a.wav", loud)))
  end)

  it("is what flac decodes, of a file that flac made", function()
    local wav = audio.wav(here:path "a.wav", tone)
    run.output("flac", "-s", "-8", wav)
    local path = here:path "a.flac"
    run.output("flac", "-d", "-s", "--force-raw-format", "--endian=little",
      "--sign=signed", "-o", here:path "a.raw", path)
    audio.same(run.slurp(here:path "a.raw"), decode(path))
  end)

  it("is read in pieces of any size, and again", function()
    local s <close> = assert(source.audio(audio.wav(here:path "a.wav", tone)))
    for _, size in ipairs{13, 999, 2352, 65536} do
      audio.same(audio.cd(tone), audio.read(s, size))
    end
  end)
end)

describe("an audio source", function()
  it("says what its file is", function()
    local tone = audio.tone{frames = 4410, rate = 22050, channels = 1}
    local path = make("a.flac", tone)
    local s <close> = assert(source.audio(path, 100, 588))
    assert.are.equal("audio", s.kind)
    assert.are.equal(2352, s.length)
    assert.are.equal(1, s.blocks)
    assert.are.same({
      format = "flac",
      encoding = "Signed 16 bit PCM",
      rate = 22050,
      channels = 1,
      frames = 4410,
      from = 100,
      total = 8820,
      exact = false,
      dithers = true,
    }, s.audio)
  end)

  it("tells data from audio", function()
    local s <close> = assert(source.bytes "x")
    assert.is_nil(s.audio)
  end)

  it("counts blocks of 588 frames, the last one maybe not full", function()
    local path = audio.wav(here:path "a.wav", audio.tone{frames = 589})
    local s <close> = assert(source.audio(path))
    assert.are.equal(589 * FRAME, s.length)
    assert.are.equal(2, s.blocks)
  end)

  it("can be saved", function()
    local tone = audio.tone{frames = 5000}
    local s <close> = assert(source.audio(make("a.flac", tone)))
    assert.are.equal(20000, s:save(here:path "saved"))
    audio.same(audio.cd(tone), run.slurp(here:path "saved"))
  end)
end)

describe("a burn that decodes", function()
  it("can be cancelled, and the source be read again", function()
    local bench = burning.bench()
    local path = bench:path "long.wav"
    run.output("sox", "-n", "-r", "96000", "-b", "24", path, "synth", "60",
      "sine", "300")
    local s <close> = assert(source.audio(path, 0, 512 * 5000))
    local rec <close> = bench:recorder()
    local job <close> = assert(rec:burn_start{
      tracks = {{source = s}}, verify = false,
    })
    burning.wait_phase(job, "writing")
    job:cancel()
    burning.refused("user_abort", job:wait())
    assert(s:open())
    assert.are.equal(588 * FRAME, #s:read(588 * FRAME))
    bench:remove()
  end)
end)

describe("a part of an audio file", function()
  local RANGES <const> = {
    {0, 588}, {588, 4111}, {4699, 40000}, {44699, 601}, {45300},
  }

  -- The parts, one source each, are the whole.
  local function check(path, options)
    local whole = decode(path, options)
    local parts = {}
    for i, range in ipairs(RANGES) do
      local o = {from = range[1], length = range[2]}
      for key, value in pairs(options or {}) do
        o[key] = value
      end
      parts[i] = decode(path, o)
      local length = range[2] or #whole // FRAME - range[1]
      assert.are.equal(length * FRAME, #parts[i])
    end
    audio.same(whole, table.concat(parts))
  end

  it("is what the whole has there, to the sample", function()
    local tone = audio.tone{frames = 50000}
    check(audio.wav(here:path "a.wav", tone))
    check(make("a.flac", tone))
    check(make("a.caf", tone, "-alac16"))
  end)

  it("is so in MP3, Vorbis and Opus", function()
    check(compress("a.mp3", audio.tone{frames = 50000}))
    check(compress("a.ogg", audio.tone{frames = 50000}, "-vorbis"))
    check(compress("b.ogg", audio.tone{frames = 55000, rate = 48000}, "-opus"))
  end)

  it("is so with dither, and where the rate is converted", function()
    check(audio.wav(here:path "a.wav", audio.tone{frames = 50000, bits = 24}))
    for _, rate in ipairs{22050, 44101, 96000} do
      check(audio.wav(here:path "a.wav", audio.tone{
        frames = rate * 5 // 4, rate = rate, channels = 1,
      }))
    end
  end)

  it("must be in the file", function()
    local path = audio.wav(here:path "a.wav", audio.tone{frames = 1000})
    for _, range in ipairs{{1000}, {0, 1001}, {999, 2}, {1 << 40, 1 << 40}} do
      local s, failure, code = source.audio(path, range[1], range[2])
      assert.is_nil(s)
      assert.are.equal("bad_file", code)
      assert.matches("a%.wav is too short: it has 1000 frames of CD audio",
        failure.message)
    end
    assert(source.audio(path, 999, 1)):close()
  end)
end)

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

describe("samples without a header", function()
  it("are taken as they are said to be", function()
    local tone = audio.tone{frames = 3000}
    local little = run.spit(here:path "a.raw", audio.pack(tone, "<"))
    local big = run.spit(here:path "b.raw", audio.pack(tone, ">"))
    audio.same(audio.cd(tone),
      decode(little, {raw = {byte_order = "little"}}))
    audio.same(audio.cd(tone), decode(big, {raw = {byte_order = "big"}}))
    local mono = audio.tone{frames = 3000, channels = 1, bits = 24}
    local wav = audio.wav(here:path "c.wav", mono)
    local raw = run.spit(here:path "c.raw", audio.pack(mono, ">"))
    audio.same(decode(wav), decode(raw, {
      raw = {byte_order = "big", channels = 1, bits = 24, rate = 44100},
    }))
  end)

  it("are whole frames", function()
    local path = run.spit(here:path "a.raw", ("x"):rep(4001))
    local s, failure, code =
      source.audio{path = path, raw = {byte_order = "little"}}
    assert.is_nil(s)
    assert.are.equal("bad_file", code)
    assert.matches("4001 bytes, no multiple of the 4", failure.message)
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
