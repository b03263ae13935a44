-- CD-TEXT packs judged by others: cdrskin and libcdio read what we made.

local cdtext = require "discrecorder.cdtext"
local charset = require "discrecorder.charset"
local run = require "spec.support.run"
local sheets = require "spec.support.sheets"

local judged = sheets.judged

local album = sheets.texts

describe("cdrskin", function()
  local folder

  before_each(function()
    folder = sheets.folder()
  end)

  after_each(function()
    folder:remove()
  end)

  local function sheet_of(texts)
    local path = folder:file("x.cdt", assert(cdtext.encode(texts)))
    return run("cdrskin", "textfile_to_v07t=" .. path).stdout
  end

  it("reads the same texts in our packs", judged("cdrskin", function()
    local texts = album()
    texts.toc = {tracks = {0, 9700, 27050}, lead_out = 284418}
    local said = charset.decode(sheet_of(texts), "iso-8859-1")
    for name, value in pairs{
      ["Text Code"] = "8859", ["Language Code"] = "English",
      ["Album Title"] = "An album with a rather long title",
      ["Artist Name"] = "Bänd", ["Songwriter"] = "W", ["Composer"] = "C",
      ["Arranger"] = "A", ["Album Message"] = "M",
      ["Catalog Number"] = "XY12345", ["Genre Code"] = "Jazz",
      ["UPC / EAN"] = "4006381333931", ["Closed Information"] = "Für uns",
      ["First Track Number"] = "1", ["Last Track Number"] = "3",
      ["Track 02 Title"] = "Two", ["Track 02 Artist"] = "Bänd & Co",
      ["Track 02 Message"] = "Hello", ["Track 03 Songwriter"] = "W2",
      ["ISRC 01"] = "USABC9912345",
    } do
      local line = ("\n%s *= ([^\n]*)\n"):format((name:gsub("%W", "%%%0")))
      assert.are.equal(value, said:match(line), name)
    end
  end))

  it("reads Japanese in our packs", judged("cdrskin", function()
    local said = charset.decode(sheet_of{blocks = {{
      language = "Japanese", encoding = "ms-jis",
      disc = {title = "日本語のアルバム、長い題名です"},
      tracks = {{title = "曲"}, {title = "二つ目"}},
    }}}, "ms-jis")
    assert.matches("Text Code +%= MS%-JIS\n", said)
    assert.matches("\nAlbum Title +%= 日本語のアルバム、長い題名です\n", said)
    assert.matches("\nTrack 02 Title +%= 二つ目\n", said)
  end))
end)

describe("libcdio", function()
  local folder

  before_each(function()
    folder = sheets.folder()
    folder:file("x.bin", ("\0"):rep(2352 * 1200))
  end)

  after_each(function()
    folder:remove()
  end)

  local function info(texts)
    folder:file("x.cdt", assert(cdtext.encode(texts)))
    local cue = folder:file("x.cue", [[
CDTEXTFILE "x.cdt"
FILE "x.bin" BINARY
  TRACK 01 AUDIO
    INDEX 01 00:00:00
  TRACK 02 AUDIO
    INDEX 01 00:05:00
  TRACK 03 AUDIO
    INDEX 01 00:10:00
]])
    local r = run{"cd-info", "--no-header", "--cue-file", cue,
      cwd = folder.folder}
    return r.stdout
  end

  it("reads the same texts in our packs", judged("cd-info", function()
    local said = info(album())
    local disc, one, two, three = said:match(
      "for Disc:(.-)Track  1:(.-)Track  2:(.-)Track  3:(.*)")
    for key, value in pairs(album().blocks[1].disc) do
      if key ~= "genre_code" and key ~= "genre" and key ~= "closed" then
        assert.is_truthy(disc:find(("%s: %s\n"):format(key:upper(), value), 1,
          true), key)
      end
    end
    assert.matches("GENRE_CODE: 14 %(Jazz%)", disc)
    assert.matches("\tTITLE: One\n", one)
    assert.matches("\tISRC: USABC9912345\n", one)
    assert.matches("\tPERFORMER: Bänd & Co\n", two)
    -- Not asked: the songwriter of track 3. libcdio 2.1.0 does not count the
    -- empty texts before it.
    assert.matches("\tTITLE: Three\n", three)
  end))

  it("reads Japanese in our packs", judged("cd-info", function()
    local said = info{blocks = {{
      language = "Japanese", encoding = "ms-jis",
      disc = {title = "日本語のアルバム、長い題名です"},
      tracks = {{title = "曲"}, {title = "二つ目"}, {title = "二つ目"}},
    }}}
    assert.matches("Language 0 'Japanese':", said)
    assert.matches("TITLE: 日本語のアルバム、長い題名です\n", said)
    assert.matches("Track  3:\n\tTITLE: 二つ目\n", said)
  end))
end)
