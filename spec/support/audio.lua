--- Audio files for the specs: WAV and AIFF are written here, the others by
-- other people's programs out of these; and what those decode them to.
--
--     local audio = require "spec.support.audio"
--     local tone = audio.tone{frames = 1000, channels = 2, bits = 16}
--     audio.wav(path, tone)
local assert = require "luassert"
local run = require "spec.support.run"
local sources = require "discrecorder.source"

local audio = {}

audio.FRAME = 4 --- bytes, of CD audio

local PACK <const> = {[8] = "i1", [16] = "i2", [24] = "i3", [32] = "i4"}

--- Samples by a formula: a tone for each channel, and a little that looks like
-- noise, so that no two frames are equal.
-- @tparam table t frames; rate (44100), channels (2), bits (16), level (0.5),
-- hertz (440), noise (true)
-- @treturn table `values`, a list with the channels of a frame side by side,
-- and what was given
function audio.tone(t)
  local rate, channels, bits = t.rate or 44100, t.channels or 2, t.bits or 16
  local peak = (t.level or 0.5) * (1 << (bits - 1))
  local values, seed = {}, 1
  for i = 0, t.frames - 1 do
    for c = 1, channels do
      seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
      local noise = t.noise == false and 0 or (seed >> 16) / 32768 - 0.5
      local hertz = (t.hertz or 440) * (1 + (c - 1) / 8)
      local wave = math.sin(2 * math.pi * i * hertz / rate)
      local value = peak * (wave + noise / 50) + 0.5
      values[#values + 1] = math.floor(value)
    end
  end
  return {values = values, rate = rate, channels = channels, bits = bits}
end

--- The samples as bytes, "<" or ">".
function audio.pack(tone, order)
  local format = order .. PACK[tone.bits]
  local parts = {}
  for i, value in ipairs(tone.values) do
    parts[i] = format:pack(value)
  end
  return table.concat(parts)
end

--- CD audio, as the samples are, of a mono or stereo tone of 16 bits.
function audio.cd(tone)
  if tone.channels == 2 then
    return audio.pack(tone, "<")
  end
  return (audio.pack(tone, "<"):gsub("..", "%0%0"))
end

--- @tparam[opt] integer said what the data chunk says its length is
function audio.wav(path, tone, said)
  local data = audio.pack(tone, "<")
  local frame = tone.channels * tone.bits // 8
  local format = ("<I2I2I4I4I2I2"):pack(1, tone.channels, tone.rate,
    tone.rate * frame, frame, tone.bits)
  return run.spit(path, ("<c4I4c4c4I4"):pack("RIFF", 36 + #data, "WAVE", "fmt ",
    #format) .. format .. ("<c4I4"):pack("data", said or #data) .. data)
end

--- The same as floats of 32 bits, full scale 1: what sndfile-convert compresses
-- as it is, where it would make integers as loud as can be.
-- @tparam[opt=1] number gain
function audio.floats(path, tone, gain)
  local scale = (gain or 1) / (1 << (tone.bits - 1))
  local parts = {}
  for i, value in ipairs(tone.values) do
    parts[i] = ("<f"):pack(value * scale)
  end
  local data = table.concat(parts)
  local frame = 4 * tone.channels
  local format = ("<I2I2I4I4I2I2"):pack(3, tone.channels, tone.rate,
    tone.rate * frame, frame, 32)
  return run.spit(path, ("<c4I4c4c4I4"):pack("RIFF", 36 + #data, "WAVE", "fmt ",
    #format) .. format .. ("<c4I4"):pack("data", #data) .. data)
end

-- An IEEE 80-bit number, of an integer.
local function extended(value)
  local exponent = 16383 + 63
  while value & (1 << 63) == 0 do
    value, exponent = value << 1, exponent - 1
  end
  return (">I2i8"):pack(exponent, value)
end

function audio.aiff(path, tone)
  local data = audio.pack(tone, ">")
  local common = (">I2I4I2"):pack(tone.channels, #tone.values // tone.channels,
    tone.bits) .. extended(tone.rate)
  local body = "AIFF" .. (">c4I4"):pack("COMM", #common) .. common
    .. (">c4I4I4I4"):pack("SSND", 8 + #data, 0, 0) .. data
  return run.spit(path, (">c4I4"):pack("FORM", #body) .. body)
end

--- Make a file of another by sndfile-convert; its name's end says of what kind.
-- @treturn string the path
function audio.convert(from, to, ...)
  local options = {...}
  options[#options + 1], options[#options + 2] = from, to
  run.output("sndfile-convert", table.unpack(options))
  return to
end

--- What sox makes of a file, as CD audio: to the nearest, without noise.
function audio.sox(path, ...)
  local pipe = assert(io.popen(("env -u LD_PRELOAD sox -D %s -t raw -e signed "
    .. "-b 16 -L -c 2 - %s"):format(run.quote(path), table.concat({...}, " ")),
    "r"))
  local bytes = pipe:read("a")
  assert(pipe:close())
  return bytes
end

--- Everything that a source gives, read in pieces of a size.
function audio.read(source, size)
  local parts = {}
  assert(source:open())
  while true do
    local part, failure, code = source:read(size or 65536)
    if failure then
      return nil, failure, code
    elseif not part then
      return table.concat(parts)
    end
    parts[#parts + 1] = part
  end
end

--- All that an audio file gives; options of source.audio.
function audio.decode(path, options)
  local all = {path = path}
  for key, value in pairs(options or {}) do
    all[key] = value
  end
  local s <close> = assert(sources.audio(all))
  local bytes = assert(audio.read(s))
  assert.are.equal(s.length, #bytes)
  return bytes
end

--- A tone in a file of a kind that sndfile-convert knows by its name, in a
-- folder of spec.support.scratch.
function audio.make(folder, name, tone, ...)
  local wav = audio.wav(folder:path "made.wav", tone)
  return audio.convert(wav, folder:path(name), ...)
end

--- The same, compressed with a loss.
function audio.compress(folder, name, tone, ...)
  local wav = audio.floats(folder:path "floats.wav", tone)
  return audio.convert(wav, folder:path(name), ...)
end

--- Fails unless two pieces of CD audio are equal; a readable message.
function audio.same(expected, given)
  assert(#expected == #given,
    ("%d bytes, not %d"):format(#given, #expected))
  if expected == given then
    return
  end
  for i = 1, #expected do
    if expected:byte(i) ~= given:byte(i) then
      error(("byte %d (of %d) is another"):format(i, #expected), 2)
    end
  end
end

--- The difference of two pieces of CD audio: root mean square and greatest, in
-- units of the lowest bit.
-- @tparam[opt=0] integer margin frames that are left out at both ends
function audio.difference(a, b, margin)
  local sum, most, count = 0, 0, 0
  margin = 4 * (margin or 0)
  for at = 1 + margin, #a - margin, 2 do
    local d = ("<i2"):unpack(a, at) - ("<i2"):unpack(b, at)
    sum, most, count = sum + d * d, math.max(most, math.abs(d)), count + 1
  end
  return math.sqrt(sum / count), most
end

return audio
