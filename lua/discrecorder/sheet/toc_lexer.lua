--- The words of a cdrdao TOC file.
-- @module discrecorder.sheet.toc_lexer

local fault = require "discrecorder.sheet.fault"
local units = require "discrecorder.sheet.units"

local lexer = {}
lexer.__index = lexer

--- No number is larger: nowhere near it is a file as long.
lexer.LARGEST = 1 << 50

local ESCAPES <const> = {["\\"] = "\\", ['"'] = '"', n = "\n", t = "\t"}

-- An octal escape is a byte of Latin-1, as cdrdao writes what is not ASCII.
local function unescape(text)
  return (text:gsub("\\(%D?)(%d?%d?%d?)", function(c, digits)
    if c ~= "" then
      return (ESCAPES[c] or "\\" .. c) .. digits
    end
    local code = #digits == 3 and tonumber(digits, 8)
    return code and code > 0 and code < 256 and utf8.char(code) or nil
  end))
end

-- A string ends at the first quote without a backslash, on its own line.
local function string_at(self)
  local at = self.at + 1
  while true do
    local found = self.text:find('["\\\n]', at)
    local c = found and self.text:sub(found, found)
    if c == '"' then
      local text = unescape(self.text:sub(self.at + 1, found - 1))
      return {kind = "string", value = text, line = self.line}, found + 1
    elseif c ~= "\\" then
      fault.at(self.line, "a quote is left open")
    end
    at = found + 2
  end
end

local function skip_blank(self)
  while true do
    local from, to = self.text:find("^%s+", self.at)
    if not from then
      from, to = self.text:find("^//[^\n]*", self.at)
    end
    if not from then
      return
    end
    local _, lines = self.text:sub(from, to):gsub("\n", "")
    self.line, self.at = self.line + lines, to + 1
  end
end

local function number(self, text)
  local value = math.tointeger(tonumber(text))
  if not value or value > lexer.LARGEST then
    fault.at(self.line, "'%s' is too large a number", text:sub(1, 40))
  end
  return value
end

-- Patterns in the order in which they are tried.
local shapes <const> = {
  {"^%d+:%d+:%d+", "msf", function(self, text)
    local blocks = units.parse_msf(text)
    if not blocks then
      fault.at(self.line, "'%s' is no time: MM:SS:FF", text:sub(1, 40))
    end
    return blocks
  end},
  {"^%d+", "number", number},
  {"^[%a_][%w_]*", "word", function(_, text)
    return text
  end},
  {"^[{}:,#%-]", "mark", function(_, text)
    return text
  end},
}

local function read(self)
  skip_blank(self)
  if self.at > #self.text then
    return {kind = "end", value = "the end", line = self.line}, self.at
  elseif self.text:sub(self.at, self.at) == '"' then
    return string_at(self)
  end
  for _, shape in ipairs(shapes) do
    local from, to = self.text:find(shape[1], self.at)
    if from then
      local text = self.text:sub(from, to)
      return {
        kind = shape[2], value = shape[3](self, text), line = self.line,
      }, to + 1
    end
  end
  fault.at(self.line, "'%s' is no word of a TOC file",
    self.text:match("^[^%s]+", self.at):sub(1, 40))
end

--- A lexer.
-- @tparam string text
-- @treturn table with the methods below
function lexer.new(text)
  return setmetatable({text = text, at = 1, line = 1}, lexer)
end

--- The next word, which stays there.
-- @treturn table `kind`: string, msf, number, word, mark, end; `value`, `line`
function lexer:peek()
  if not self.ahead then
    local after
    self.ahead, after = read(self)
    self.at = after
  end
  return self.ahead
end

--- The next word.
-- @treturn table as of @{peek}
function lexer:next()
  local token = self:peek()
  self.ahead = nil
  return token
end

--- The next word, if it is of a kind, and of a value.
-- @tparam string kind
-- @param[opt] value
-- @treturn table|nil
function lexer:accept(kind, value)
  local token = self:peek()
  if token.kind == kind and (value == nil or token.value == value) then
    return self:next()
  end
end

--- The next word, which has to be of a kind, and of a value.
-- @tparam string kind
-- @param[opt] value
-- @treturn table
function lexer:expect(kind, value)
  local token = self:accept(kind, value)
  if not token then
    local found = self:peek()
    fault.at(found.line, "%s expected, '%s' found", value or "a " .. kind,
      tostring(found.value):sub(1, 40))
  end
  return token
end

return lexer
