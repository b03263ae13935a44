--- Text from discs and drives, made fit for a terminal or for JSON.
-- @module discrecorder.cli.text

local text = {}

-- Code points that a terminal obeys or that change how what follows looks:
-- controls, and the marks that turn the direction of writing.
local function is_unsafe(code)
  return code < 0x20
    or code >= 0x7F and code <= 0x9F
    or code == 0x061C
    or code >= 0x200E and code <= 0x200F
    or code >= 0x2028 and code <= 0x202E
    or code >= 0x2066 and code <= 0x2069
end

-- Call f for each character with its code, or for each byte that is part of
-- none, with nil; and join what it gives.
local function map(s, f)
  local parts, at = {}, 1
  while at <= #s do
    local last = utf8.len(s, at) and #s or select(2, utf8.len(s, at)) - 1
    for position, code in utf8.codes(s:sub(at, last)) do
      local first = at + position - 1
      local bytes = s:sub(first, first + #utf8.char(code) - 1)
      table.insert(parts, f(bytes, code))
    end
    if last < #s then
      table.insert(parts, f(s:sub(last + 1, last + 1)))
    end
    at = last + 2
  end
  return table.concat(parts)
end

local function escape_bytes(bytes)
  return (bytes:gsub(".", function(byte)
    return ("\\x%02X"):format(byte:byte())
  end))
end

--- The same text without anything that a terminal would obey: such bytes, and
-- those that are no UTF-8, become `\x1B` and the like.
function text.escape(s)
  if not s:find("[^\x20-\x7E]") then
    return s
  end
  return map(s, function(bytes, code)
    if code == nil or is_unsafe(code) then
      return escape_bytes(bytes)
    end
    return bytes
  end)
end

--- The same text as valid UTF-8; bytes that are none become U+FFFD.
function text.valid(s)
  if utf8.len(s) then
    return s
  end
  return map(s, function(bytes, code)
    return code and bytes or "\u{FFFD}"
  end)
end

return text
