-- The command audio.
local audio_files = require "spec.support.audio"
local burn_audio = require "spec.support.burn_audio"
local dkjson = require "dkjson"
local each = require "spec.support.each"
local run = require "spec.support.run"
local sheets = require "spec.support.sheets"
local source = require "discrecorder.source"

local folder = each(sheets.folder)
local address

before_each(function()
  address = folder:address()
  folder:file("1.wav", sheets.wave(400))
  folder:file("2.wav", sheets.wave(450))
  folder:file("album.cue", [[
    TITLE "Album"
    FILE "1.wav" WAVE
      TRACK 01 AUDIO
        INDEX 01 00:00:00
    FILE "2.wav" WAVE
      TRACK 02 AUDIO
        PREGAP 00:01:00
        INDEX 01 00:00:00
  ]])
end)

local function audio(status, ...)
  local r = run.command("audio", address, ...)
  assert.are.equal(status, r.status, r.stdout .. r.stderr)
  return r.stdout, r.stderr
end

local function json(...)
  return assert(dkjson.decode((audio(0, "--json", ...))))
end

describe("discrecorder audio", function()
  it("counts one track as one", function()
    local out = audio(0, folder:path "1.wav")
    assert.matches("^Burned 1 track, 0:05 minutes", out)
  end)

  it("names a sheet that is wrong once", function()
    local _, told = audio(1, folder:file("junk.cue", "hello\n"))
    assert.matches("junk.cue, line 1: 'hello' is no command\n", told, 1, true)
    assert.not_matches("in the file", told)
  end)

  it("burns a sheet, and says what it did", function()
    local out = audio(0, folder:path "album.cue")
    assert.matches("^Burned 2 tracks, 0:11 minutes %(850 blocks%)%.\n", out)
    assert.matches("all 850 blocks of 2 tracks are right", out)
    local look = burn_audio.look {address = address}
    assert.matches("Album", look.text())
    assert.is_true(look.silent(400, 75))
    look.close()
  end)

  it("burns what verify finds to be the sheet's", function()
    audio(0, folder:path "album.cue")
    local r = run.command("verify", address, "--against",
      folder:path "album.cue")
    assert.equal(0, r.status, r.stderr)
    assert.matches("The disc holds what it should", r.stdout)
  end)

  it("burns files, a track each", function()
    local report = json(folder:path "1.wav", folder:path "2.wav")
    assert.are.equal("sao", report.mode)
    assert.are.equal(400, report.tracks[2].start)
  end)

  it("dithers what has more bits, or rounds it", function()
    local path = audio_files.wav(folder:path "24.wav", audio_files.tone {
      frames = 588 * 300, bits = 24, level = 0.001,
    })
    local function sent(...)
      return json("--simulate", path, ...).tracks[1].sha256
    end
    for _, dither in ipairs {true, false} do
      local made = assert(source.audio {path = path, dither = dither})
      assert(made:save(folder:path(tostring(dither))))
    end
    local function sum(name)
      return run.output("sha256sum", folder:path(name)):sub(1, 64)
    end
    assert.are_not.equal(sum "true", sum "false")
    assert.are.equal(sum "true", sent())
    assert.are.equal(sum "false", sent "--no-dither")
    assert.matches("^Simulated 1 track, ", (audio(0, "--simulate", path)))
  end)

  it("leaves room between files", function()
    local report = json("--gap", "2.5", folder:path "1.wav",
      folder:path "2.wav")
    assert.are.equal(400 + 188, report.tracks[2].start)
  end)

  it("takes CD-TEXT from elsewhere, or none", function()
    folder:file("other.cue", [[
      TITLE "Mix"
      FILE "gone.wav" WAVE
        TRACK 01 AUDIO
          INDEX 01 00:00:00
        TRACK 02 AUDIO
          INDEX 01 00:10:00
    ]])
    audio(0, "--cd-text", folder:path "other.cue", folder:path "1.wav",
      folder:path "2.wav")
    local look = burn_audio.look {address = address}
    assert.matches("Mix", look.text())
    look.close()
    audio(0, "--as-needed", "--cd-text", "none", folder:path "album.cue")
    look = burn_audio.look {address = address}
    assert.is_nil((look.text()))
    look.close()
    local packs = folder:path "packs"
    assert.are.equal(0, run.command("cd-text", folder:path "album.cue",
      "--output", packs).status)
    audio(0, "--as-needed", "--cd-text", packs, folder:path "1.wav",
      folder:path "2.wav")
    look = burn_audio.look {address = address}
    assert.are.equal(run.slurp(packs), look.text())
    look.close()
  end)

  it("writes track at once, and warns of what is lost", function()
    local report = json("--tao", folder:path "album.cue")
    assert.are.equal("tao", report.mode)
    assert.are.equal("not_at_once", report.warnings[1].code)
  end)

  it("simulates, keeps a disc open, and writes a report", function()
    assert.is_true(json("--simulate", folder:path "1.wav").simulated)
    local path = folder:path "report"
    assert.are.equal("appendable", json("--keep-open", "--report", path,
      folder:path "1.wav").medium.state)
    assert.are.equal(1, #assert(dkjson.decode(run.slurp(path))).tracks)
  end)

  it("says what to do in its own words", function()
    folder:file("sub/far.cue", 'FILE "../1.wav" WAVE\nTRACK 1 AUDIO\n'
      .. "INDEX 1 0:0:0\n")
    local _, told = audio(1, folder:path "sub/far.cue")
    assert.matches("line 1: '../1.wav' is outside the folder", told, 1, true)
    assert.matches("\nPut it beside the sheet, or allow it (`--outside`).\n",
      told, 1, true)
    audio(0, "--outside", folder:path "sub/far.cue")
    _, told = audio(1, folder:path "1.wav")
    assert.matches("burn with `--as-needed`", told, 1, true)
    assert.matches("burn with `--as-needed`", dkjson.decode(
      (audio(1, "--json", folder:path "1.wav"))).error.advice, 1, true)
    _, told = audio(1, folder:file("typo.cue", "TITEL x\n"))
    assert.matches("Correct that line of the sheet", told)
  end)

  it("leaves a disc whose tracks are told in minutes", function()
    audio(0, folder:path "1.wav")
    assert.matches("track 1 .* 400 blocks, 0:05 minutes",
      run.command("info", address).stdout)
  end)

  it("makes no disc when an input is bad", function()
    folder:file("text.wav", "no sound")
    local _, told = audio(1, folder:path "1.wav", folder:path "text.wav")
    assert.matches("text%.wav", told)
    assert.is_nil(io.open(address:match "^virtual:(.-)%?", "rb"))
  end)

  it("is used wrongly", function()
    for _, words in ipairs {
      {}, {folder:path "album.cue", folder:path "1.wav"},
      {"--gap", "2", folder:path "album.cue"},
      {"--gap", "-1", folder:path "1.wav"},
      {"--outside", folder:path "1.wav"},
    } do
      audio(2, table.unpack(words))
    end
  end)
end)
