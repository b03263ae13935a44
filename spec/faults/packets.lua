--- The packets of a clean run, from its trace: what each is, what it moves.
--
--     for _, packet in ipairs(packets.of(trace)) do ... end
local packets = {}

-- What a packet is for, by its operation code: a column of the outcomes.
local KINDS <const> = {
  [0x00] = "polling", [0x03] = "polling",
  [0x28] = "reading", [0xA8] = "reading", [0xB9] = "reading",
  [0xBE] = "reading", [0x2F] = "reading",
  [0x1E] = "setting", [0x54] = "setting", [0x55] = "setting",
  [0xB6] = "setting", [0xBB] = "setting",
  [0x53] = "laying", [0x5D] = "laying", [0xBF] = "laying",
  [0x2A] = "writing", [0xAA] = "writing",
  [0x35] = "flushing", [0x5B] = "closing",
  [0x04] = "erasing", [0xA1] = "erasing",
  [0x1B] = "moving",
}

-- Replies that have no length of their own.
local WITHOUT_LENGTH <const> = {
  [0x25] = true, [0x28] = true, [0xA8] = true, [0xB9] = true, [0xBE] = true,
}

-- The first block and how many, of what reads and writes.
local function range(cdb)
  local opcode = cdb:byte()
  if opcode == 0x28 or opcode == 0x2A then
    return (">i4"):unpack(cdb, 3), (">I2"):unpack(cdb, 8)
  elseif opcode == 0xA8 or opcode == 0xAA then
    return (">i4"):unpack(cdb, 3), (">I4"):unpack(cdb, 7)
  elseif opcode == 0xBE then
    return (">i4"):unpack(cdb, 3), (">I3"):unpack(cdb, 7)
  end
end

local function unhex(text)
  return (text:gsub("..", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

--- All packets of a trace, in their order.
-- @string path
-- @treturn {table,...} `number`, `opcode` (a name), `code`, `cdb`, `kind`,
-- `dir`, `len`, `told` (the reply has a length of its own), `lba`, `blocks`;
-- `wrote`: a WRITE came before it
function packets.of(path)
  local list, wrote = {}, false
  for line in io.lines(path) do
    local number, opcode, hex, dir, len = line:match
      '^packet (%d+) at=%S+ opcode="([^"]*)" cdb=(%x+) dir=(%a+) len=(%d+)'
    if number then
      local cdb = unhex(hex)
      local lba, blocks = range(cdb)
      list[#list + 1] = {
        number = tonumber(number), opcode = opcode, code = cdb:byte(),
        cdb = cdb, kind = KINDS[cdb:byte()] or "asking", dir = dir,
        len = tonumber(len),
        told = dir == "in" and not WITHOUT_LENGTH[cdb:byte()],
        lba = lba, blocks = blocks, wrote = wrote,
      }
      wrote = wrote or list[#list].kind == "writing"
    end
  end
  return list
end

return packets
