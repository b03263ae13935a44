--- Sectors of mode 2 (CD-ROM XA) for specs: what hosts send of them, and what
-- stands on a disc.
local mode_2 = {}

--- A subheader, as it stands in a sector: twice.
-- @int submode 0x20 is form 2
-- @int[opt=0] file
function mode_2.subheader(submode, file)
  return string.pack("BBBB", file or 0, 1, submode, 0):rep(2)
end

--- User data of a sector that no other has.
function mode_2.data(lba, bytes)
  return string.pack("<I4", 0x20000000 + lba):rep(bytes // 4)
end

--- Is the sector that the specs record at an address one of form 2?
function mode_2.is_form_2(lba)
  return lba % 3 == 2
end

--- Subheader and data of that sector.
function mode_2.content(lba)
  if mode_2.is_form_2(lba) then
    return mode_2.subheader(0x64, lba % 7) .. mode_2.data(lba, 2324)
  end
  return mode_2.subheader(0x08, lba % 7) .. mode_2.data(lba, 2048)
end

--- How many bytes of a sector are subheader and data, by its subheader.
-- @string bytes
-- @int at where the subheader stands in them
function mode_2.content_size(bytes, at)
  return 8 + (bytes:byte(at + 2) & 0x20 ~= 0 and 2324 or 2048)
end

--- Such a sector with so many bytes, the rest "e".
function mode_2.sector(lba, bytes)
  local content = mode_2.content(lba)
  return content .. ("e"):rep(bytes - #content)
end

--- Sectors of 2336 or 2352 bytes, as a BIN has them.
function mode_2.sectors(lba, count, bytes)
  local list = {}
  for i = 1, count do
    local at = lba + i - 1
    list[i] = (bytes == 2352 and ("h"):rep(16) or "") .. mode_2.sector(at, 2336)
  end
  return table.concat(list)
end

--- The EDC of a CD sector's bytes (ECMA-130 14.3), a bit at a time; 0 when they
-- end with theirs.
function mode_2.remainder(bytes)
  local edc = 0
  for i = 1, #bytes do
    edc = edc ~ bytes:byte(i)
    for _ = 1, 8 do
      edc = edc >> 1 ~ (edc & 1 == 1 and 0xD8018001 or 0)
    end
  end
  return edc
end

return mode_2
