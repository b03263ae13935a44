--- CD-TEXT. An input's first byte says what the others are: packs as they are,
-- packs whose CRC is put right, or texts, a line each; and whether they may be
-- of all the tracks that a CD can have.
local cdtext = require "discrecorder.cdtext"
local charset = require "discrecorder.charset"
local packs = require "discrecorder.cdtext.packs"

local PACKS <const>, RIGHT <const>, LENIENT <const>, ALBUM <const> = 1, 2, 4, 8

-- Many tracks take their time.
local FEW <const>, MOST <const> = 12, 99
-- Texts are of so many when they are not of an album.
local TRACKS <const> = 3

local function check_failure(failure, code)
  assert((code == "bad_file" or code == "unsupported")
    and failure.code == code and failure.message ~= "")
end

-- What was decoded can be encoded, or does not fit.
local function encode(texts)
  local made, failure, code = cdtext.encode(texts)
  if not made then
    check_failure(failure, code)
  end
  return made
end

local function right(bytes)
  local list = {}
  for at = 1, #bytes, packs.SIZE do
    local pack = bytes:sub(at, at + packs.SIZE - 1)
    list[#list + 1] = #pack == packs.SIZE
      and pack:sub(1, 16) .. string.pack(">I2", packs.crc(pack)) or pack
  end
  return table.concat(list)
end

local function decode(bytes, lenient, most)
  local texts, failure, code = cdtext.decode(bytes, {lenient = lenient})
  if not texts then
    return check_failure(failure, code)
  elseif texts.blocks[1] and #texts.blocks[1].tracks <= most then
    encode(texts)
  end
end

local function sound(bytes)
  local list, failure, code = cdtext.sound(bytes)
  if not list then
    check_failure(failure, code)
  end
end

local KEYS <const> = {
  "title", "performer", "songwriter", "composer", "arranger", "message",
  "disc_id", "genre", "closed", "upc_ean",
}
local OF_TRACK <const> = 6
local ENCODINGS <const> = {[0] = "iso-8859-1", "ascii", "ms-jis"}

-- A line is a key, a track and a text; the disc is track 0.
local function texts_of(bytes, most)
  local block = {
    encoding = ENCODINGS[(bytes:byte() or 0) % 3], disc = {}, tracks = {{}},
  }
  for key, track, text in bytes:gmatch "(.)(.)([^\n]*)\n?" do
    track = track:byte() % (most + 1)
    for i = #block.tracks + 1, track do
      block.tracks[i] = {}
    end
    if track == 0 then
      block.disc[KEYS[key:byte() % #KEYS + 1]] = text
    else
      block.tracks[track][KEYS[key:byte() % OF_TRACK + 1]] = text
    end
  end
  return {blocks = {block}}
end

-- MS-JIS has no ASCII: some of it is read as what is like it.
local function as_read(text, encoding)
  return encoding == "ms-jis"
    and charset.decode(charset.encode(text, encoding), encoding) or text
end

-- What was encoded reads as it was.
local function write_and_read(bytes, most)
  local texts = texts_of(bytes, most)
  local made = utf8.len(bytes) and encode(texts)
  if not made then
    return
  end
  local back = assert(cdtext.decode(made)).blocks[1]
  local encoding = texts.blocks[1].encoding
  local function compare(was, is, key)
    local text = as_read(was[key] or "", encoding)
    assert(text == (is[key] or ""), key)
  end
  for i, key in ipairs(KEYS) do
    if i <= OF_TRACK then
      compare(texts.blocks[1].disc, back.disc, key)
    end
    for number, track in ipairs(texts.blocks[1].tracks) do
      if i <= OF_TRACK then
        compare(track, back.tracks[number], key)
      end
    end
  end
end

return function(bytes)
  local mode, rest = bytes:byte() or 0, bytes:sub(2)
  local all = mode & ALBUM ~= 0
  if mode & PACKS == 0 then
    return write_and_read(rest, all and MOST or TRACKS)
  end
  if mode & RIGHT ~= 0 then
    rest = right(rest)
  else
    sound(rest)
  end
  decode(rest, mode & LENIENT ~= 0, all and MOST or FEW)
end
