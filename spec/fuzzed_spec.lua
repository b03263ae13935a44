-- What the fuzzers found in texts (fuzz/README.md): each input that once did
-- harm. In discs and drives: fuzzed_discs_spec.lua.
local cdtext = require "discrecorder.cdtext"
local charset = require "discrecorder.charset"
local disc = require "spec.support.disc"
local each = require "spec.support.each"
local packs = require "discrecorder.cdtext.packs"
local report = require "discrecorder.cli.report"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"
local udf = require "discrecorder.udf"
local verify = require "discrecorder.verify"

local refused = require("spec.support.burning").refused

local d = each(disc.new)

describe("a report of a burn", function()
  it("may be lists in lists without end", function()
    refused("bad_file", report.parse(("["):rep(1000000), "x.json"))
  end)

  it("may be longer than any report", function()
    refused("bad_file", report.parse('{"tracks": [], "x": "'
      .. ("x"):rep(report.MOST) .. '"}', "x.json"))
  end)

  it("with a track that is null is no report: else the tracks behind it "
    .. "would not be compared", function()
    local found = assert(report.parse([[{"tracks": [
      {"start": 0, "blocks": 1, "sha256": "x"}, null,
      {"start": 1, "blocks": 1, "sha256": "y"}]}]], "x.json"))
    local rec = d:opened()
    disc.tao(rec, {300})
    refused("bad_file", verify.run(rec, {report = found}))
    refused("bad_file", verify.run(rec, {report = {tracks = {
      {start = 0, blocks = 1, sha256 = "x"}, nil,
      {start = 1, blocks = 1, sha256 = "y"}}}}))
  end)
end)

describe("packs of CD-TEXT", function()
  local function with_toc(head, addresses)
    local bytes = assert(cdtext.encode{
      toc = {lead_out = 5000, tracks = {0, 1000}},
      blocks = {{disc = {title = "T"}, tracks = {{}, {}}}},
    })
    local list = {}
    for at = 1, #bytes, packs.SIZE do
      local type, track, sequence, flags, payload =
        string.unpack("BBBBc12", bytes, at)
      if type == packs.TOC then
        payload = track == 0 and head(payload) or addresses or payload
      end
      table.insert(list, packs.make(type, track, sequence, flags, payload))
    end
    return table.concat(list)
  end

  local function same(payload)
    return payload
  end

  it("have a table of contents of their own tracks", function()
    local bytes = with_toc(function(payload)
      return "\2\3" .. payload:sub(3)
    end)
    local failure = refused("bad_file", cdtext.decode(bytes))
    assert.matches("is of the tracks 2 to 3", failure.message)
    local texts = assert(cdtext.decode(bytes, {lenient = true}))
    assert.is_nil(texts.toc)
    assert(cdtext.encode(texts))
  end)

  it("are of the same tracks in each language", function()
    local function packs_of(first, count)
      local tracks = {}
      for i = 1, count do
        tracks[i] = {title = "T"}
      end
      return cdtext.encode{first_track = first, blocks = {
        {tracks = tracks}, {language = 8, tracks = tracks},
      }}
    end
    local one, other = packs_of(3, 2), packs_of(1, 4)
    local size = #one // 2
    local mixed = one:sub(1, size) .. other:sub(#other // 2 + 1)
    local failure = refused("bad_file", cdtext.decode(mixed))
    assert.is_string(failure.message)
    local texts = assert(cdtext.decode(mixed, {lenient = true}))
    assert.are.equal(3, texts.first_track)
    assert.are.equal(2, #texts.blocks[1].tracks)
    assert.are.equal(2, #texts.blocks[2].tracks)
    assert(cdtext.encode(texts))
  end)

  it("begin with no track before the first", function()
    local bytes = assert(cdtext.encode{first_track = 5, blocks = {{
      tracks = {{title = "five"}, {title = "six"}},
    }}})
    local type, _, sequence, flags, payload = string.unpack("BBBBc12", bytes)
    local early = packs.make(type, 3, sequence, flags, payload)
      .. bytes:sub(packs.SIZE + 1)
    local failure = refused("bad_file", cdtext.decode(early))
    assert.matches("begins with track 3, before the first", failure.message)
    assert(cdtext.decode(early, {lenient = true}))
  end)

  it("have addresses in their table of contents", function()
    for _, bytes in ipairs{
      with_toc(function(payload)
        return payload:sub(1, 3) .. "\x64" .. payload:sub(5)
      end),
      with_toc(same, "\0\x3C\0\0\2\0" .. ("\0"):rep(6)),
      with_toc(same, "\0\2\0\0\2\x4B" .. ("\0"):rep(6)),
    } do
      local failure = refused("bad_file", cdtext.decode(bytes))
      assert.matches("has no addresses", failure.message)
      local texts = assert(cdtext.decode(bytes, {lenient = true}))
      assert.is_nil(texts.toc)
    end
    assert.are.equal(5000, cdtext.decode(with_toc(same)).toc.lead_out)
  end)
end)

describe("a CUE sheet", function()
  it("may have a remark that is nearly one of a session", function()
    for _, remark in ipairs{"SESSION 0:", "SESSION 1:2", "SESSION :"} do
      local read = assert(sheets.parse("cue", "REM " .. remark .. [[

FILE "x.wav" WAVE
TRACK 01 AUDIO
INDEX 01 00:00:00
]]))
      assert.are.same({remark}, read.remarks)
    end
  end)

  -- A thousand of such lines took minutes, which nobody would wait for.
  it("is read however much of it is blank", function()
    local blank = (" "):rep(4000)
    local lines = {
      "REM x" .. blank .. "y", "TITLE x" .. blank .. "y", blank,
      "REM" .. blank .. "y",
    }
    local read = assert(sheets.parse("cue",
      (table.concat(lines, "\n") .. "\n"):rep(200) .. [[
FILE "x.wav" WAVE
TRACK 01 AUDIO
INDEX 01 00:00:00
]]))
    assert.are.equal("x" .. blank .. "y", read.text.title)
  end)
end)

describe("a TOC file", function()
  it("begins in no file where it could not be written again", function()
    local function text(from)
      return ('CD_DA TRACK AUDIO FILE "x.cdr" %d 58'):format(from)
    end
    sheets.bad("toc", 1, text(400638133393100), "no file is as long")
    local disc_read = assert(sheets.parse("toc", text(4006381333931)))
    assert(sheets.parse("toc", assert(sheet.format(disc_read, "toc"))))
  end)
end)

describe("a name on a UDF disc, or a line of a sheet", function()
  it("is UTF-8, whatever halves of surrogate pairs are in it", function()
    for units, text in pairs {
      ["\xD8\x3D\xDE\x00"] = "\u{1F600}",
      ["\xDC\x00"] = "\u{FFFD}",
      ["\xD8\x00"] = "\u{FFFD}",
      ["\xD8\x00\0a\xDC\x00"] = "\u{FFFD}a\u{FFFD}",
      ["\xD8\x00\xD8\x3D\xDE\x00"] = "\u{FFFD}\u{1F600}",
    } do
      assert.equal(text, udf.characters("\16" .. units))
      assert.equal(text, charset.decode(units, "utf-16be"))
      assert.equal(text, charset.decode(units:gsub("(.)(.)", "%2%1"),
        "utf-16le"))
    end
  end)
end)
