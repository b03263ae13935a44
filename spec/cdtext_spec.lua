-- CD-TEXT packs: made, read, refused. What others say of them is in
-- cdtext_judged_spec.lua.

local refused = require("spec.support.burning").refused
local cdtext = require "discrecorder.cdtext"
local charset = require "discrecorder.charset"
local packs = require "discrecorder.cdtext.packs"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local function hex(text)
  return (text:gsub("%s+", ""):gsub("%x%x", function(digits)
    return string.char(tonumber(digits, 16))
  end))
end

local function pack(bytes, number)
  return bytes:sub(number * 18 + 1, number * 18 + 18)
end

-- All packs of a type.
local function of_type(bytes, type)
  local list = {}
  for i = 0, #bytes // 18 - 1 do
    if pack(bytes, i):byte() == type then
      table.insert(list, pack(bytes, i))
    end
  end
  return list
end

-- The same packs with one changed, and its CRC made right again.
local function change(bytes, number, at, byte)
  local one = pack(bytes, number)
  one = one:sub(1, at) .. string.char(byte) .. one:sub(at + 2, 16)
  return bytes:sub(1, number * 18) .. one
    .. string.pack(">I2", packs.crc(one)) .. bytes:sub(number * 18 + 19)
end

local album = sheets.texts

describe("CD-TEXT packs", function()
  it("come back as the texts that they were made of", function()
    local texts = album()
    local back = assert(cdtext.decode(assert(cdtext.encode(texts))))
    assert.are.same(texts.blocks, back.blocks)
    assert.are.same({}, back.warnings)
    assert.are.equal(1, back.first_track)
  end)

  it("are as Sony's documents show them", function()
    -- From the description of the format: four packs with their CRC.
    for _, shown in ipairs{
      "88 00 23 00 01 0e 00 3f 02 12 00 00 00 00 00 00 12 00",
      "8f 00 2a 00 01 01 03 00 06 05 04 05 07 06 01 02 48 65",
      "8f 01 2b 00 00 00 00 00 00 00 06 03 2c 00 00 00 c0 20",
      "89 01 28 00 01 04 00 00 00 00 02 29 30 02 34 3a f3 0c",
    } do
      local bytes = hex(shown)
      assert.are.equal(string.unpack(">I2", bytes, 17), packs.crc(bytes))
    end
  end)

  it("count characters, tracks and packs in their heads", function()
    local bytes = assert(cdtext.encode{blocks = {{
      disc = {title = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMN"},
      tracks = {{title = "xy"}, {title = "z"}},
    }}})
    assert.are.equal(hex "80 00 00 00" .. "ABCDEFGHIJKL", pack(bytes,
      0):sub(1, 16))
    assert.are.equal(hex "80 00 01 0c", pack(bytes, 1):sub(1, 4))
    assert.are.equal(hex "80 00 02 0f", pack(bytes, 2):sub(1, 4))
    assert.are.equal(hex "80 00 03 0f" .. "KLMN\0xy\0z\0\0\0", pack(bytes,
      3):sub(1, 16))
    assert.are.equal(
      hex "8f 00 04 00 00 01 02 00 04 00 00 00 00 00 00 00",
      pack(bytes, 4):sub(1, 16))
    assert.are.equal(
      hex "8f 01 05 00 00 00 00 00 00 00 00 03 06 00 00 00",
      pack(bytes, 5):sub(1, 16))
    assert.are.equal(
      hex "8f 02 06 00 00 00 00 00 09 00 00 00 00 00 00 00",
      pack(bytes, 6):sub(1, 16))
  end)

  it("have a tab for what a track has in common with the one before",
    function()
      local bytes = assert(cdtext.encode{blocks = {{tracks = {
        {performer = "Same"}, {performer = "Same"}, {performer = "Same"},
        {performer = ""}, {performer = "Same"},
      }}}})
      assert.are.equal("\0Same\0\t\0\t\0\0S", pack(bytes, 0):sub(5, 16))
      local tracks = assert(cdtext.decode(bytes)).blocks[1].tracks
      assert.are.same({
        {performer = "Same"}, {performer = "Same"}, {performer = "Same"}, {},
        {performer = "Same"},
      }, tracks)
    end)

  it("hold a genre as a code, with a text where the code does not say it",
    function()
      local function genre(disc)
        local bytes = assert(cdtext.encode{
          blocks = {{disc = disc, tracks = {{}}}},
        })
        local back = assert(cdtext.decode(bytes)).blocks[1].disc
        return of_type(bytes, 0x87)[1]:sub(5, 12), back.genre_code, back.genre
      end
      assert.are.same({"\0\14\0\0\0\0\0\0", 14, "Jazz"},
        {genre{genre = "jazz"}})
      assert.are.same({"\0\23Prog\0\0", 23, "Prog"},
        {genre{genre = "Prog", genre_code = 23}})
      assert.are.same({"\0\1Polka\0", 1, "Polka"}, {genre{genre = "Polka"}})
    end)

  it("tell where the tracks are, when that is asked for", function()
    local texts = album()
    texts.toc = {tracks = {0, 9700, 27050}, lead_out = 284418}
    local bytes = assert(cdtext.encode(texts))
    local list = of_type(bytes, 0x88)
    assert.are.equal(2, #list)
    -- 63:14:18 is 284418 + 150 blocks.
    assert.are.equal(hex "01 03 00 3f 0e 12", list[1]:sub(5, 10))
    assert.are.equal(hex "00 02 00 02 0b 19 06 02 32", list[2]:sub(5, 13))
    assert.are.same(texts.toc, assert(cdtext.decode(bytes)).toc)
  end)

  it("are in up to eight languages, one in Japanese", function()
    local texts = {blocks = {}}
    for i, language in ipairs{
      "english", "japanese", "German", "French", "Dutch", "Swedish", "Danish",
      "Italian",
    } do
      texts.blocks[i] = {
        language = language,
        encoding = i == 2 and "ms-jis" or i == 3 and "ascii" or nil,
        disc = {title = i == 2 and "日本語のアルバム、長い題名です" or language},
        tracks = {{title = i == 2 and "曲" or "x"},
          {title = i == 2 and "二つ目の曲" or "y"}},
      }
    end
    local bytes = assert(cdtext.encode(texts))
    local back = assert(cdtext.decode(bytes))
    assert.are.equal(8, #back.blocks)
    for i, block in ipairs(back.blocks) do
      assert.are.same(texts.blocks[i].disc, block.disc)
      assert.are.same(texts.blocks[i].tracks, block.tracks)
      assert.are.equal(texts.blocks[i].language:lower(),
        cdtext.languages[block.language]:lower())
    end
    assert.are.equal("ascii", back.blocks[3].encoding)
    texts.blocks[9] = texts.blocks[1]
    refused("unsupported", cdtext.encode(texts))
  end)

  it("are in MS-JIS where a sheet's texts have to be", function()
    local function packs_of(title, of_track)
      local disc = assert(sheet.parse(('TITLE "%s"\nFILE "x" WAVE\n'
        .. 'TRACK 1 AUDIO\nTITLE "%s"\nINDEX 1 0:0:0\n'):format(title,
        of_track), "cue", {files = false}))
      return cdtext.encode(cdtext.of_disc(disc))
    end
    local block = cdtext.decode(assert(packs_of("日本", "曲"))).blocks[1]
    assert.are.same({"ms-jis", 0x69, "日本", "曲"}, {block.encoding,
      block.language, block.disc.title, block.tracks[1].title})
    block = cdtext.decode(assert(packs_of("Über", "x"))).blocks[1]
    assert.are.same({"iso-8859-1", 9}, {block.encoding, block.language})
    local failure = refused("unsupported", packs_of("日本", "é"))
    assert.matches("'日' in it, which iso%-8859%-1 has not", failure.message)
  end)

  it("begin with any track", function()
    local bytes = assert(cdtext.encode{first_track = 5, blocks = {{
      tracks = {{title = "five"}, {title = "six"}},
    }}})
    local back = assert(cdtext.decode(bytes))
    assert.are.equal(5, back.first_track)
    assert.are.same({{title = "five"}, {title = "six"}}, back.blocks[1].tracks)
  end)

  it("that are too many are refused, and those that just fit are not",
    function()
      local function with(count)
        local track = {title = ("x"):rep(count - 2)}
        return {blocks = {{tracks = {track}}}}
      end
      -- 252 packs of text and 3 of sizes.
      local bytes = assert(cdtext.encode(with(252 * 12)))
      assert.are.equal(255 * 18, #bytes)
      assert(cdtext.decode(bytes))
      local failure = refused("unsupported", cdtext.encode(with(252 * 12 + 1)))
      assert.matches("need 256 packs; CD%-TEXT has room for 255",
        failure.message)
      assert.matches("Shorten", failure.advice)
    end)

  it("cannot hold what their encoding has not", function()
    local function cannot(pattern, encoding, text, key)
      local failure = refused("unsupported", cdtext.encode{blocks = {{
        encoding = encoding, disc = {[key or "title"] = text}, tracks = {{}},
      }}})
      assert.matches(pattern, failure.message)
    end
    cannot("'日' in it, which iso%-8859%-1 has not", nil, "日")
    cannot("'é' in it, which ascii", "ascii", "é")
    cannot("'é' in it, which ascii", nil, "é", "disc_id")
    cannot("which ms%-jis has not", "ms-jis", "é")
    cannot("which iso%-8859%-1 has not", nil, "\xFF\xFE")
    cannot("a character in it that CD%-TEXT uses itself", nil, "a\tb")
  end)

  it("are a caller's mistake where they are made of no texts", function()
    local function wrong(pattern, texts)
      assert.error_matches(function()
        cdtext.encode(texts)
      end, pattern)
    end
    wrong("unknown key 'block'", {block = {}})
    wrong("no language, or no track", {blocks = {}})
    wrong("no language, or no track", {blocks = {{}}})
    wrong("unknown key 'titel'", {blocks = {{disc = {titel = "x"}}}})
    wrong("unknown key 'disc_id'", {blocks = {{tracks = {{disc_id = "x"}}}}})
    wrong("string expected", {blocks = {{tracks = {{title = 5}}}}})
    wrong("no language 'klingon'", {
      blocks = {{language = "klingon", tracks = {{}}}},
    })
    wrong("none of iso", {blocks = {{encoding = "utf-8", tracks = {{}}}}})
    wrong("tracks are 1 to 99", {
      first_track = 99, blocks = {{tracks = {{}, {}}}},
    })
    wrong("the lead%-out and 1 tracks", {
      toc = {lead_out = 5, tracks = {}}, blocks = {{tracks = {{}}}},
    })
    assert.error(function()
      cdtext.decode(5)
    end)
  end)
end)

describe("CD-TEXT packs are refused", function()
  local bytes

  before_each(function()
    bytes = assert(cdtext.encode(album()))
  end)

  -- Strict, it is a failure; lenient, a warning beside the texts.
  local function bad(pattern, wrong)
    assert.matches(pattern, refused("bad_file", cdtext.decode(wrong)).message)
    local texts = assert(cdtext.decode(wrong, {lenient = true}))
    assert.matches(pattern, texts.warnings[1].message)
  end

  it("with a CRC that is wrong", function()
    bad("pack 2: its CRC is wrong",
      bytes:sub(1, 40) .. "\xFF" .. bytes:sub(42))
  end)

  it("with a type, a number or a block that is wrong", function()
    bad("pack 1: there is no type 42h", change(bytes, 1, 0, 0x42))
    bad("pack 1: its number in block 0 is 9, not 1", change(bytes, 1, 2, 9))
    bad("pack 2: its number in block 0 is 1, not 2", bytes:sub(1, 36)
      .. pack(bytes, 1) .. bytes:sub(37))
    local two = album()
    two.blocks[2] = album().blocks[1]
    two.blocks[2].language = "german"
    local both = assert(cdtext.encode(two))
    bad("pack 0: it begins block 1, not 0", both:sub(#bytes + 1)
      .. both:sub(1, #bytes))
    bad("block 0 goes on behind another", both:sub(1, #bytes - 18)
      .. both:sub(#bytes + 1) .. pack(bytes, #bytes // 18 - 1))
  end)

  it("with a track or a position that does not fit the texts", function()
    bad("pack 1: it begins with track 0, not 2", change(bytes, 1, 1, 2))
    bad("pack 1: 12 characters of its text come before it, not 3",
      change(bytes, 1, 3, 3))
    bad("single and double bytes", change(bytes, 1, 3, 0x8C))
  end)

  it("with sizes that do not fit, or none", function()
    local sizes = #bytes // 18 - 3
    bad("block 0: 4 packs of type 80h, and its sizes say 9",
      change(bytes, sizes, 8, 9))
    bad("it ends with pack %d+, and its sizes say 1",
      change(bytes, sizes + 1, 12, 1))
    bad("it is of the tracks 9 to 3", change(bytes, sizes, 5, 9))
    bad("no character code 42h", change(bytes, sizes, 4, 0x42))
    bad("it has 0 packs of sizes, not 3", bytes:sub(1, sizes * 18))
    bad("it is part 1 of the sizes, not 0", change(bytes, sizes, 1, 1))
    bad("more than its tracks", change(bytes, sizes, 6, 2))
  end)

  it("with a tab that repeats nothing", function()
    local texts = assert(cdtext.encode{blocks = {{tracks = {{title = "x"}}}}})
    bad("track 1 repeats a text that is not there",
      change(texts, 0, 5, 9))
  end)

  it("when they are no packs at all", function()
    for _, none in ipairs{
      "", "x", ("x"):rep(17), ("\0"):rep(18 * 2049), ("x"):rep(1 << 20),
    } do
      refused("bad_file", cdtext.decode(none))
    end
  end)

  it("but not for a head of READ TOC, or a zero at the end", function()
    local head = string.pack(">I2I2", #bytes + 2, 0)
    assert.are.same(assert(cdtext.decode(bytes)),
      assert(cdtext.decode(head .. bytes)))
    assert(cdtext.decode(bytes .. "\0"))
  end)

  it("and never bring the program down", function()
    local state = 20260101
    local function random(most)
      state = state * 6364136223846793005 + 1442695040888963407
      return (state >> 33) % most
    end
    for _ = 1, 4000 do
      local wrong = bytes
      for _ = 0, random(4) do
        wrong = change(wrong, random(#wrong // 18), random(16), random(256))
      end
      if random(4) == 0 then
        wrong = wrong:sub(1, random(#wrong))
      end
      local texts, failure = cdtext.decode(wrong)
      assert.is_truthy(texts or failure.message)
      texts, failure = cdtext.decode(wrong, {lenient = true})
      assert.is_truthy(texts or failure.message)
    end
  end)
end)

describe("MS-JIS", function()
  it("has two bytes for each character, ASCII at full width", function()
    assert.are.equal("\x93\xFA\x96\x7B\x81\x40\x82\x60",
      charset.encode("日本 A", "ms-jis"))
    assert.are.equal("日本　Ａ", charset.decode("\x93\xFA\x96\x7B\x81\x40\x82\x60",
      "ms-jis"))
  end)

  it("is read with single bytes in it, and with broken ones", function()
    assert.are.equal("ｱAb\u{FFFD}", charset.decode("\xB1Ab\x93", "ms-jis"))
  end)
end)
