-- Audio files that are refused, and what is said of them.

local audio = require "spec.support.audio"
local run = require "spec.support.run"
local scratch = require "spec.support.scratch"
local source = require "discrecorder.source"

local here

before_each(function()
  here = scratch.new()
end)

after_each(function()
  collectgarbage()
  here:remove()
end)

local function refuses(code, pattern, s, failure, given)
  assert.is_nil(s)
  assert.are.equal(code, given, tostring(failure))
  assert.are.equal(code, failure.code)
  assert.matches(pattern, failure.message)
  assert.are.equal("data", failure.culprit)
end

local function make(name, ...)
  local wav = audio.floats(here:path "made.wav", audio.tone{frames = 30000})
  return audio.convert(wav, here:path(name), ...)
end

-- Other bytes in the midst of a file.
local function spoil(path, at, bytes)
  local all = run.slurp(path)
  at = at or #all // 2
  return run.spit(path, all:sub(1, at) .. bytes .. all:sub(at + #bytes + 1))
end

local function cut(path, size)
  return run.spit(path, run.slurp(path):sub(1, size))
end

describe("an audio file is refused", function()
  it("that is missing, a folder, or a pipe that nobody writes to", function()
    refuses("bad_file", "/none: No such file", source.audio(here:path "none"))
    refuses("bad_file", "is a folder", source.audio(here.folder))
    run.output("mkfifo", here:path "fifo")
    refuses("bad_file", "is a pipe", source.audio(here:path "fifo"))
  end)

  it("that is no audio, whatever its name", function()
    for _, name in ipairs{"a.wav", "a.flac", "a.mp3", "a.vox", "a.raw"} do
      local path = run.spit(here:path(name), ("some text\n"):rep(5000))
      refuses("bad_file", "is no audio file that libsndfile knows",
        source.audio(path))
    end
    for _, bytes in ipairs{"", "R", "RIFF", "RIFF\0\0\0\0WAVE"} do
      refuses("bad_file", "a%.wav", source.audio(run.spit(here:path "a.wav",
        bytes)))
    end
  end)

  it("that has no samples", function()
    local none = {values = {}, rate = 44100, channels = 2, bits = 16}
    local wav = audio.wav(here:path "a.wav", none)
    refuses("bad_file", "a%.wav has no samples", source.audio(wav))
    refuses("bad_file", "a%.aiff has no samples",
      source.audio(audio.aiff(here:path "a.aiff", none)))
    refuses("bad_file", "a%.pcm has no samples", source.audio{
      path = run.spit(here:path "a.pcm", ""), raw = {byte_order = "big"},
    })
  end)

  it("that is a truncated WAV or AIFF file", function()
    local tone = audio.tone{frames = 1000}
    local wav = cut(audio.wav(here:path "a.wav", tone), 2044)
    refuses("bad_file", "is truncated: it has 2000 of 4000 bytes",
      source.audio(wav))
    local aiff = cut(audio.aiff(here:path "a.aiff", tone), 3000)
    refuses("bad_file", "is truncated: it has %d+ of 4008 bytes",
      source.audio(aiff))
  end)

  it("that is a truncated MP3 file", function()
    local path = make "a.mp3"
    local size = #run.slurp(path)
    refuses("bad_file", "is truncated: its last frame has %d+ of %d+ bytes",
      source.audio(cut(path, size - 5)))
    path = make "a.mp3"
    run.spit(path, run.slurp(path):gsub("\xFF\xFB[^\xFF]*$", ""))
    refuses("bad_file", "a%.mp3 is truncated", source.audio(path))
  end)

  it("that is a truncated Ogg file", function()
    local path = make("a.ogg", "-vorbis")
    local whole = run.slurp(path)
    local last = 0 -- bytes before the last page
    for at in whole:gmatch("()OggS") do
      last = at - 1
    end
    for _, size in ipairs{#whole - 1, #whole // 2, last + 10, last} do
      refuses("bad_file", "is truncated: its last page is missing",
        source.audio(run.spit(path, whole:sub(1, size))))
    end
    refuses("bad_file", "is damaged: no Ogg page begins at byte " .. last,
      source.audio(run.spit(path, whole:sub(1, last) .. ("x"):rep(1000))))
  end)

  it("that is a damaged MP3 file", function()
    local path = spoil(make "a.mp3", nil, ("x"):rep(3000))
    refuses("bad_file", "is damaged: no MP3 frame begins at byte %d+",
      source.audio(path))
  end)

  it("that has more than eight channels, or too odd a rate", function()
    local nine = audio.tone{frames = 100, channels = 9}
    refuses("unsupported", "has 9 channels; at most 8",
      source.audio(audio.wav(here:path "a.wav", nine)))
    for _, rate in ipairs{999, 768001} do
      local odd = audio.tone{frames = 100, rate = rate}
      refuses("unsupported", "a sample rate of " .. rate,
        source.audio(audio.wav(here:path "a.wav", odd)))
    end
  end)
end)

describe("an audio file fails while it is read", function()
  it("when a FLAC frame is damaged", function()
    local path = spoil(make("a.flac", "-pcm16"), nil, ("x"):rep(10))
    local s <close> = assert(source.audio(path))
    refuses("bad_file", "a%.flac is damaged near frame %d+", audio.read(s))
    refuses("bad_file", "a%.flac is damaged near frame %d+", audio.read(s))
  end)

  it("when a FLAC file is truncated", function()
    local path = make("a.flac", "-pcm16")
    local s <close> = assert(source.audio(cut(path, #run.slurp(path) // 2)))
    refuses("bad_file", "a%.flac", audio.read(s))
  end)

  it("when a page of an Ogg file is damaged", function()
    local path = make("a.ogg", "-vorbis")
    local size = #run.slurp(path)
    local s <close> = assert(source.audio(spoil(path, size * 2 // 3, "xxxx")))
    refuses("bad_file", "a%.ogg", audio.read(s))
  end)

  it("when floats are no numbers", function()
    local path = audio.floats(here:path "a.wav", audio.tone{frames = 1000})
    local size = #run.slurp(path)
    local s <close> = assert(source.audio(
      spoil(path, size - 4000, ("<f"):pack(0 / 0))))
    refuses("bad_file", "has samples that are no numbers", audio.read(s))
  end)

  it("when it changed since the source was made", function()
    local tone = audio.tone{frames = 200000, channels = 1}
    for what, command in pairs{
      shrank = 'truncate -s 50000 "$1"',
      grew = 'echo more >>"$1"',
      ["was changed"] = 'touch -d 2001-01-01 "$1"',
      ["was replaced"] = 'cp -p "$1" "$1.new" && mv "$1.new" "$1"',
    } do
      local path = audio.wav(here:path "a.wav", tone)
      local s <close> = assert(source.audio(path))
      assert(s:open())
      assert.are.equal(1000, #s:read(1000))
      run.output("sh", "-c", command, "sh", path)
      local part, failure, code
      repeat
        part, failure, code = s:read(65536)
      until not part
      assert.are.equal("bad_file", code)
      assert.matches(what .. " meanwhile", failure.message)
      refuses("bad_file", what .. " meanwhile", s:open())
    end
  end)
end)

describe("a FLAC file that does not say its length", function()
  it("is counted", function()
    local wav = audio.wav(here:path "a.wav", audio.tone{frames = 12345})
    local path = audio.convert(wav, here:path "a.flac")
    local right <close> = assert(source.audio(path))
    local bytes = assert(audio.read(right))
    local all = run.slurp(path)
    -- The last 36 of the 64 bits at byte 10 of STREAMINFO (RFC 9639, 8.2).
    local bits = (">I8"):unpack(all, 19)
    run.spit(path, all:sub(1, 18) .. (">I8"):pack(bits >> 36 << 36)
      .. all:sub(27))
    local s <close> = assert(source.audio(path))
    assert.are.equal(12345, s.audio.frames)
    audio.same(bytes, audio.read(s))
  end)
end)

describe("source.audio", function()
  it("raises on wrong arguments", function()
    local path = audio.wav(here:path "a.wav", audio.tone{frames = 10})
    for what, call in pairs{
      ["string expected, got number"] = function() source.audio(1) end,
      ["path expected"] = function() source.audio() end,
      ["unknown key 'form'"] = function()
        source.audio{path = path, form = 1}
      end,
      ["from: out of range"] = function() source.audio(path, -1) end,
      ["length: out of range"] = function() source.audio(path, 0, 0) end,
      ["from: integer expected"] = function() source.audio(path, 0.5) end,
      ["stand in the table"] = function() source.audio({path = path}, 1) end,
      ["dither: boolean expected"] = function()
        source.audio{path = path, dither = 1}
      end,
      ["byte_order: 'little' or 'big' expected"] = function()
        source.audio{path = path, raw = {}}
      end,
      ["raw: unknown key 'order'"] = function()
        source.audio{path = path, raw = {order = "big"}}
      end,
      ["bits: 16, 24 or 32 expected"] = function()
        source.audio{path = path, raw = {byte_order = "big", bits = 20}}
      end,
      ["raw: channels: out of range"] = function()
        source.audio{path = path, raw = {byte_order = "big", channels = 9}}
      end,
      ["contains zeros"] = function() source.audio(path .. "\0") end,
    } do
      local ok, message = pcall(call)
      assert.is_false(ok, what)
      assert.matches(what, message, 1, true)
    end
  end)

  it("says what to install where its module is missing", function()
    local modules = here:path "modules/discrecorder"
    run.output("mkdir", "-p", modules)
    run.output("cp", run.build .. "/discrecorder/core.so", modules)
    local r = run{
      "lua5.4", "-e", [[
        local source = require "discrecorder.source"
        print(pcall(source.audio, "a.wav"))]],
      env = {
        LUA_PATH_5_4 = run.lua_env.LUA_PATH_5_4,
        LUA_CPATH_5_4 = here:path "modules/?.so",
      },
    }
    assert.are.equal("", r.stderr)
    assert.matches("^false\t.*install libsndfile and libsamplerate", r.stdout)
  end)
end)
