--- What a CD-TEXT pack is: 18 bytes, of which 12 are payload (MMC-3 Annex J).
-- @module discrecorder.cdtext.packs

local fault = require "discrecorder.sheet.fault"

local packs = {}

--- Bytes of a pack.
packs.SIZE = 18

--- Bytes of its payload.
packs.PAYLOAD = 12

--- The most packs of a block, and blocks of a disc.
packs.MOST = 255
packs.BLOCKS = 8

--- The most bytes of a file of packs: those of all blocks, and a head.
packs.LONGEST = packs.BLOCKS * 256 * packs.SIZE + 4

--- Types of text: for the disc and each track. In the order of their codes.
packs.texts = {
  {type = 0x80, key = "title"},
  {type = 0x81, key = "performer"},
  {type = 0x82, key = "songwriter"},
  {type = 0x83, key = "composer"},
  {type = 0x84, key = "arranger"},
  {type = 0x85, key = "message"},
  {type = 0x86, key = "disc_id", encoding = "ascii", disc_only = true},
  {type = 0x87, key = "genre", encoding = "ascii", disc_only = true},
  {type = 0x8D, key = "closed", encoding = "iso-8859-1", disc_only = true},
  {type = 0x8E, key = "upc_ean", track_key = "isrc", encoding = "ascii"},
}

packs.GENRE = 0x87
packs.TOC = 0x88
packs.SIZES = 0x8F

--- Character codes of a block, by encoding.
packs.codes = {
  ["iso-8859-1"] = 0x00, ["ascii"] = 0x01, ["ms-jis"] = 0x80,
}

-- CRC-16 with x^16 + x^12 + x^5 + 1, a byte at a time.
local remainders = {}
for byte = 0, 255 do
  local value = byte << 8
  for _ = 1, 8 do
    value = value & 0x8000 ~= 0 and value << 1 ~ 0x1021 or value << 1
  end
  remainders[byte] = value & 0xFFFF
end

--- The CRC of a pack, inverted as it stands in it.
-- @tparam string bytes the sixteen before it
-- @treturn integer
function packs.crc(bytes)
  local value = 0
  for i = 1, 16 do
    value = (value << 8 & 0xFFFF) ~ remainders[value >> 8 ~ bytes:byte(i)]
  end
  return value ~ 0xFFFF
end

--- A whole pack.
-- @tparam integer type
-- @tparam integer track
-- @tparam integer sequence
-- @tparam integer flags byte 3: double byte, block, position
-- @tparam string payload twelve bytes at most
-- @treturn string 18 bytes
function packs.make(type, track, sequence, flags, payload)
  local bytes = string.pack(">BBBBc12", type, track, sequence, flags, payload)
  return bytes .. string.pack(">I2", packs.crc(bytes))
end

-- READ TOC/PMA/ATIP gives a head of four bytes; some programs end a file of
-- packs with a zero.
local function strip(bytes)
  if #bytes % packs.SIZE == 4 and string.unpack(">I2", bytes) == #bytes - 2 then
    return bytes:sub(5)
  elseif #bytes % packs.SIZE == 1 and bytes:sub(-1) == "\0" then
    return bytes:sub(1, -2)
  end
  return bytes
end

-- Some drives keep the CRCs back, and tell zeros.
local function with_crcs(bytes)
  for at = packs.SIZE, #bytes, packs.SIZE do
    if bytes:sub(at - 1, at) ~= "\0\0" then
      return bytes
    end
  end
  return (bytes:gsub(("."):rep(packs.SIZE), function(pack)
    return pack:sub(1, 16) .. string.pack(">I2", packs.crc(pack))
  end))
end

--- Packs as they came from a drive or a file, without what is around them, and
-- with CRCs where all of them are zeros. Stops where they are none.
-- @tparam string bytes
-- @treturn string
function packs.whole(bytes)
  bytes = strip(bytes)
  if bytes == "" then
    fault.at(nil, "there are no packs")
  elseif #bytes % packs.SIZE ~= 0 then
    fault.at(nil, "%d bytes are no whole packs of 18", #bytes)
  elseif #bytes > packs.SIZE * 256 * packs.BLOCKS then
    fault.at(nil, "there are more packs than eight languages can have")
  end
  return with_crcs(bytes)
end

--- Those of them that are what they were when they were made.
-- @tparam string bytes
-- @treturn string
-- @treturn {table,...} warnings
function packs.sound(bytes)
  local list, warnings = {}, {}
  bytes = packs.whole(bytes)
  for at = 1, #bytes, packs.SIZE do
    local pack = bytes:sub(at, at + packs.SIZE - 1)
    if string.unpack(">I2", pack, 17) == packs.crc(pack) then
      table.insert(list, pack)
    else
      table.insert(warnings, {
        code = "bad_cd_text",
        message = ("CD-TEXT: pack %d is left out, its CRC is wrong")
          :format(at // packs.SIZE),
      })
    end
  end
  if #list == 0 then
    fault.at(nil, "the CRC of every pack of CD-TEXT is wrong")
  end
  return table.concat(list), warnings
end

return packs
