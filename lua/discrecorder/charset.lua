--- Texts in other encodings than UTF-8: those of CD-TEXT and of sheets.
-- @module discrecorder.charset

local charset = {}

local REPLACEMENT <const> = 0xFFFD

-- Where Windows-1252 differs from ISO 8859-1: 80h to 9Fh; 0 is nothing there.
local WINDOWS <const> = {
  0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030,
  0x0160, 0x2039, 0x0152, 0, 0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D,
  0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E,
  0x0178,
}

-- A byte for a code point, and back, of an encoding of single bytes.
local function single(code_of)
  local byte_of, text_of = {}, {}
  for byte = 0, 255 do
    local code, c = code_of(byte), string.char(byte)
    text_of[c] = utf8.char(code or REPLACEMENT)
    if code then
      byte_of[code] = c
    end
  end
  return {
    encode = function(code)
      return byte_of[code]
    end,
    decode = function(bytes)
      return (bytes:gsub("[\x80-\xFF]", text_of))
    end,
  }
end

-- MS-JIS ---------------------------------------------------------------------

-- Both directions of the table, made when first asked for.
local code_of_pair, pair_of_code

local function pair(row, cell)
  local lead = (row - 1) // 2 + (row <= 62 and 0x81 or 0xC1)
  local trail = row % 2 == 0 and cell + 0x9E
    or cell + 0x3F + (cell >= 64 and 1 or 0)
  return string.char(lead, trail)
end

local function add(bytes, code)
  code_of_pair[bytes] = code_of_pair[bytes] or code
  pair_of_code[code] = pair_of_code[code] or bytes
end

-- What differs between the tables of Microsoft and of JIS is taken both ways.
local TWINS <const> = {
  {0x301C, 0xFF5E}, {0x2016, 0x2225}, {0x2212, 0xFF0D}, {0x00A2, 0xFFE0},
  {0x00A3, 0xFFE1}, {0x00AC, 0xFFE2}, {0x2014, 0x2015},
}

local function load_jis()
  code_of_pair, pair_of_code = {}, {}
  for row, text in pairs(require "discrecorder.cdtext.jis") do
    local cell = 0
    for _, code in utf8.codes(text) do
      cell = cell + 1
      if code ~= 0x20 then
        add(pair(row, cell), code)
      end
    end
  end
  for _, twins in ipairs(TWINS) do
    local a, b = twins[1], twins[2]
    pair_of_code[a] = pair_of_code[a] or pair_of_code[b]
    pair_of_code[b] = pair_of_code[b] or pair_of_code[a]
  end
end

-- Every character is two bytes: what is ASCII gets its full width.
local function jis_encode(code)
  if not pair_of_code then
    load_jis()
  end
  if code == 9 then
    return "\t\t"
  elseif code == 0x20 then
    return pair_of_code[0x3000]
  elseif code > 0x20 and code < 0x7F then
    return pair_of_code[code] or pair_of_code[code + 0xFEE0]
      or code == 0x22 and pair_of_code[0x201D]
      or code == 0x27 and pair_of_code[0x2019]
  end
  return pair_of_code[code]
end

-- Read as Shift JIS, with single bytes among the pairs: others write so.
local function jis_decode(bytes)
  if not code_of_pair then
    load_jis()
  end
  local codes, at = {}, 1
  while at <= #bytes do
    local byte = bytes:byte(at)
    local code, width = REPLACEMENT, 1
    if byte < 0x80 then
      code = byte
    elseif byte >= 0xA1 and byte <= 0xDF then
      code = byte - 0xA1 + 0xFF61 -- half-width katakana
    else
      local known = code_of_pair[bytes:sub(at, at + 1)]
      if known then
        code, width = known, 2
      end
    end
    table.insert(codes, utf8.char(code))
    at = at + width
  end
  return table.concat(codes)
end

-- UTF-16 ---------------------------------------------------------------------

-- The upper six bits of the halves of a surrogate pair.
local HIGH <const>, LOW <const> = 0xD800 >> 10, 0xDC00 >> 10

-- Only read: with it some editors save sheets, and UDF has names. Half a pair
-- is no character.
local function utf16_decoder(format)
  return function(bytes)
    local codes, high = {}, nil
    local function put(code)
      codes[#codes + 1] = utf8.char(code)
    end
    for at = 1, #bytes - 1, 2 do
      local unit = string.unpack(format, bytes, at)
      local half = unit >> 10
      if high and half == LOW then
        put(0x10000 + ((high & 0x3FF) << 10 | unit & 0x3FF))
      elseif high or half == LOW then
        put(REPLACEMENT)
      end
      if half ~= HIGH and half ~= LOW then
        put(unit)
      end
      high = half == HIGH and unit or nil
    end
    if high then
      put(REPLACEMENT)
    end
    return table.concat(codes)
  end
end

local encodings <const> = {
  ["ascii"] = single(function(byte)
    return byte < 0x80 and byte or nil
  end),
  ["iso-8859-1"] = single(function(byte)
    return byte
  end),
  ["windows-1252"] = single(function(byte)
    local code = byte >= 0x80 and byte <= 0x9F and WINDOWS[byte - 0x7F] or byte
    return code > 0 and code or byte
  end),
  ["ms-jis"] = {encode = jis_encode, decode = jis_decode},
  ["utf-16le"] = {decode = utf16_decoder "<I2"},
  ["utf-16be"] = {decode = utf16_decoder ">I2"},
}

--- Whether there is an encoding of this name: `ascii`, `iso-8859-1`,
-- `windows-1252`, `ms-jis`; `utf-16le` and `utf-16be` to decode only.
-- @tparam string encoding
-- @treturn boolean
function charset.is_known(encoding)
  return encodings[encoding] ~= nil
end

--- Bytes of a text.
-- @tparam string text UTF-8
-- @tparam string encoding
-- @treturn[1] string bytes
-- @return[2] nil
-- @treturn[2] string the first character that there is no byte for; the text
-- when it is no UTF-8
function charset.encode(text, encoding)
  if not utf8.len(text) then
    return nil, text
  end
  local encode, bytes = encodings[encoding].encode, {}
  for _, code in utf8.codes(text) do
    local one = encode(code)
    if not one then
      return nil, utf8.char(code)
    end
    table.insert(bytes, one)
  end
  return table.concat(bytes)
end

--- Text of bytes. What is no character becomes U+FFFD.
-- @tparam string bytes
-- @tparam string encoding
-- @treturn string UTF-8
function charset.decode(bytes, encoding)
  return encodings[encoding].decode(bytes)
end

local MARKS <const> = {
  {"\xEF\xBB\xBF", nil},
  {"\xFF\xFE", "utf-16le"},
  {"\xFE\xFF", "utf-16be"},
}

-- What UTF-16 is without a mark, in a text that begins with ASCII.
local function unmarked(bytes)
  return bytes:find "^[%g%s]%z" and "utf-16le"
    or bytes:find "^%z[%g%s]" and "utf-16be"
end

--- Text of a file whose encoding is not known: its byte order mark tells, else
-- it is UTF-16 when it begins so, UTF-8 when it can be, else Windows-1252.
-- @tparam string bytes
-- @tparam[opt] string encoding what it is known to be after all
-- @treturn string UTF-8
function charset.guess(bytes, encoding)
  for _, mark in ipairs(MARKS) do
    if bytes:sub(1, #mark[1]) == mark[1] then
      bytes, encoding = bytes:sub(#mark[1] + 1), mark[2] or encoding
      break
    end
  end
  encoding = encoding or unmarked(bytes)
  if encoding and encoding ~= "utf-8" then
    return charset.decode(bytes, encoding)
  elseif utf8.len(bytes) then
    return bytes
  end
  return charset.decode(bytes, "windows-1252")
end

return charset
