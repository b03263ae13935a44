-- Audio files as sources: which bytes of CD audio they become, whole and in
-- parts. What must be converted is in audio_convert_spec.lua.

local audio = require "spec.support.audio"
local burning = require "spec.support.burning"
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

local function make(...)
  return audio.make(here, ...)
end

local function compress(...)
  return audio.compress(here, ...)
end

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
