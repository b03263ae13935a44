-- Reading, and packets of the script's own.

local disc = require "spec.support.disc"
local each = require "spec.support.each"
local edc = require("spec.support.mode_2").remainder

local fails = disc.fails

local d = each(disc.new)

-- GF(2^8) with x^8+x^4+x^3+x^2+1, for the two parities of a P or Q word
-- (ECMA-130 Annex A): the word and its parity sum up to 0, plain and weighted.
local function gf_times_alpha(a)
  a = a << 1
  return a > 255 and a ~ 0x11D or a
end

-- Whether all words of P (43 rows) and Q (26 diagonals) are right, for bytes
-- 12 on of a sector.
local function ecc_is_right(sector)
  local b = {sector:byte(13, 2352)}
  local function word_is_right(indices)
    local sum, weighted = 0, 0
    for _, i in ipairs(indices) do
      sum = sum ~ b[i + 1]
      weighted = gf_times_alpha(weighted) ~ b[i + 1]
    end
    return sum == 0 and weighted == 0
  end
  for column = 0, 85 do
    local word = {}
    for row = 0, 25 do
      table.insert(word, column + 86 * row)
    end
    if not word_is_right(word) then
      return false
    end
  end
  for diagonal = 0, 25 do
    for half = 0, 1 do
      local word = {}
      for i = 0, 42 do
        table.insert(word, (88 * i + 86 * diagonal) % 2236 + half)
      end
      table.insert(word, 2236 + 2 * diagonal + half)
      table.insert(word, 2236 + 52 + 2 * diagonal + half)
      if not word_is_right(word) then
        return false
      end
    end
  end
  return true
end

local function bcd(n)
  return n // 10 * 16 + n % 10
end

describe("reading", function()
  local rec

  before_each(function()
    rec = d:opened()
    disc.tao(rec, {400})
    assert(rec:close())
  end)

  it("gives the blocks that were written", function()
    for _, range in ipairs {{0, 1}, {31, 2}, {0, 400}, {399, 1}} do
      local lba, count = table.unpack(range)
      local wanted = {}
      for i = lba, lba + count - 1 do
        table.insert(wanted, disc.block(i))
      end
      assert.is_true(table.concat(wanted) == rec:read(lba, count))
    end
  end)

  it("of the run-out blocks is refused with 5/64/00", function()
    for _, range in ipairs {{400, 1}, {401, 1}, {399, 2}, {370, 32}} do
      local _, failure = rec:read(table.unpack(range))
      assert.equal("5/64/00", disc.sense_of(failure))
      assert.equal("generic", failure.code)
      assert.equal("medium", failure.culprit)
    end
    local _, failure = rec:read(399, 2)
    assert.equal(400, failure.lba)
  end)

  it("of unwritten blocks is refused with 5/21/00", function()
    for _, lba in ipairs {402, 100000, 359849, 2147483647, -1, -150,
      -2147483648} do
      local _, failure = rec:read(lba, 1)
      assert.equal("5/21/00", disc.sense_of(failure), lba)
    end
  end)

  it("of a blank disc is refused with 5/21/00", function()
    local _, failure = d:recorder():read(0, 1)
    assert.equal("5/21/00", disc.sense_of(failure))
  end)

  it("of raw sectors gives sync, header, data, EDC and ECC", function()
    for _, lba in ipairs {0, 74, 399} do
      local raw = assert(rec:read(lba, 1, true))
      assert.equal(2352, #raw)
      assert.equal("\0" .. ("\xFF"):rep(10) .. "\0", raw:sub(1, 12))
      local at = lba + 150
      assert.same({bcd(at // 4500), bcd(at // 75 % 60), bcd(at % 75), 1},
        {raw:byte(13, 16)})
      assert.is_true(disc.block(lba) == raw:sub(17, 2064))
      assert.equal(edc(raw:sub(1, 2064)), (string.unpack("<I4", raw, 2065)))
      assert.equal(("\0"):rep(8), raw:sub(2069, 2076))
      assert.is_true(ecc_is_right(raw))
    end
  end)

  it("of raw sectors has the same limits", function()
    assert.equal(400 * 2352, #assert(rec:read(0, 400, true)))
    local _, failure = rec:read(400, 1, true)
    assert.equal("5/64/00", disc.sense_of(failure))
    _, failure = rec:read(402, 1, true)
    assert.equal("5/21/00", disc.sense_of(failure))
  end)

  it("has no disc to read from in an empty drive", function()
    fails("medium_not_present", d:recorder "medium=none":read(0, 1))
  end)

  it("takes 1 to 16384 blocks at an address of 32 bits", function()
    for _, bad in ipairs {
      {0, 0}, {0, -1}, {0, 16385}, {1 << 31, 1}, {-(1 << 31) - 1, 1},
      {0, 1.5}, {"x", 1}, {0}, {}, {0, 1, "raw"}, {0, 1, 1}, {{}, 1},
    } do
      assert.error_matches(function() rec:read(table.unpack(bad)) end,
        "bad argument")
    end
  end)
end)

describe("command", function()
  it("receives what the drive sends, and no more than was asked", function()
    local rec = d:recorder()
    assert.equal(36, #disc.ask(rec, "12 00 00 00 24 00", 36))
    assert.equal(5, #disc.ask(rec, "12 00 00 00 24 00", 5))
    assert.equal(5, #disc.ask(rec, "12 00 00 00 05 00", 4096))
    assert.equal("", disc.ask(rec, "12 00 00 00 24 00", 0))
  end)

  it("sends data and tells success as true", function()
    local rec = d:opened()
    assert.is_true(rec:command(disc.hex "55 10 00 00 00 00 00 003C 00", "out",
      ("\0"):rep(8) .. disc.write_page()))
    assert.is_true(rec:command(disc.hex "00 00 00 00 00 00"))
    assert.is_true(rec:command(disc.hex "00 00 00 00 00 00", "none"))
  end)

  it("tells a refusal with its sense, its name and advice", function()
    local rec = d:opened()
    local failure = fails("cannot_write_to_media",
      disc.send(rec, "2A 00 00000007 00 0001 00", ("\0"):rep(2048)))
    assert.same({key = 5, asc = 0x21, ascq = 2, text = failure.sense.text},
      failure.sense)
    assert.matches("%a", failure.sense.text)
    assert.equal("WRITE(10)", failure.command)
    assert.equal(7, failure.lba)
    assert.is_string(failure.advice)
  end)

  it("sends one packet and repeats nothing", function()
    local rec = d:recorder()
    assert(rec:operator():remove())
    assert(rec:operator():insert(d.last))
    assert.equal("6/28/00", disc.sense(rec, "00 00 00 00 00 00"))
    assert.equal("2/04/01", disc.sense(rec, "00 00 00 00 00 00"))
  end)

  it("needs open_exclusive for opcodes that change something", function()
    local rec = d:recorder()
    for opcode = 0, 255 do
      local cdb = string.char(opcode) .. ("\0"):rep(11)
      local _, failure = rec:command(cdb)
      local held = failure and failure.code == "not_opened"
      local reads = ({
        [0x00] = 1, [0x03] = 1, [0x12] = 1, [0x1A] = 1, [0x23] = 1,
        [0x25] = 1, [0x28] = 1, [0x2B] = 1, [0x2F] = 1, [0x42] = 1,
        [0x43] = 1, [0x46] = 1, [0x4A] = 1, [0x51] = 1, [0x52] = 1,
        [0x5A] = 1, [0x5C] = 1, [0xA8] = 1, [0xAC] = 1, [0xAD] = 1,
        [0xB9] = 1, [0xBD] = 1, [0xBE] = 1,
      })[opcode]
      assert.equal(not reads, held or false, ("opcode %02X"):format(opcode))
    end
  end)

  it("is refused for opcodes that the drive does not know", function()
    local rec = d:opened()
    for _, opcode in ipairs {0x04, 0x0A, 0x2E, 0x5E, 0xA0, 0xBF, 0xFF} do
      local _, failure = rec:command(string.char(opcode) .. ("\0"):rep(15))
      assert.equal("5/20/00", disc.sense_of(failure))
    end
  end)

  it("raises for arguments that are none", function()
    local rec = d:opened()
    local six = ("\0"):rep(6)
    for _, bad in ipairs {
      {}, {12}, {six:sub(2)}, {("\0"):rep(17)}, {six, "up"}, {six, "in"},
      {six, "in", -1}, {six, "in", 16 * 1024 * 1024 + 1}, {six, "in", "x"},
      {six, "out"}, {six, "out", 5}, {six, "out", {}}, {six, "none", nil, 0},
      {six, "none", nil, -1}, {six, "none", nil, "long"}, {six, {}},
      {six, "none", nil, 0 / 0}, {six, "none", nil, 86401},
    } do
      assert.has_error(function() rec:command(table.unpack(bad, 1, 4)) end)
    end
  end)
end)
