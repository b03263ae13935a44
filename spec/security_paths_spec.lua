-- docs/security.md: no name on a disc or in a sheet becomes a path elsewhere.
local album = require "spec.support.album_disc"
local cdtext = require "discrecorder.cdtext"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local each = require "spec.support.each"
local export = require "discrecorder.export"
local read = require "discrecorder.read"
local refused = require("spec.support.burning").refused
local run = require "spec.support.run"
local sheet = require "discrecorder.sheet"
local sheets = require "spec.support.sheets"

local d = each(disc.new)

-- The names in a folder.
local function names(folder)
  return run.output("ls", "-A", folder)
end

describe("what is read from a disc", function()
  it("goes to the file that was named, whatever the volume is called",
    function()
      local image = d:path "x.iso"
      run.output("xorriso", "-as", "mkisofs", "-quiet", "-V", "VICTIMVICTIM",
        "-o", image, d:files())
      local content = run.slurp(image)
      run.spit(image, (content:gsub("VICTIMVICTIM", "../../../xyz")))
      local rec = d:recorder()
      assert(require("discrecorder.burn").image(rec, image))
      local folder = d:path "out"
      run.output("mkdir", folder)
      assert(read.run(rec, folder .. "/a.iso"))
      assert(export.run(rec, folder .. "/b.iso"))
      assert.are.equal("a.iso\nb.iso", names(folder))
    end)

  it("goes beside the sheet that was named, whatever CD-TEXT says", function()
    do
      local rec <close> = d:opened "medium=cd-r"
      local hostile = {title = "../../x", performer = "/etc/x", message = "..",
        disc_id = "../x"}
      album.record(rec, {
        packs = cdtext.encode{
          first_track = 1,
          blocks = {
            {language = 9, encoding = "iso-8859-1", disc = hostile,
              tracks = {{title = '" BINARY FILE "../y'}}},
            {language = 8, encoding = "iso-8859-1", disc = {title = "../z"},
              tracks = {{title = "/z"}}},
          },
        },
        tracks = {{blocks = 300}},
      })
    end
    collectgarbage()
    collectgarbage()
    local rec = assert(discrecorder.recorder("virtual:" .. d.last))
    local folder = d:path "out"
    run.output("mkdir", folder)
    assert(export.run(rec, folder .. "/a.cue"))
    assert.are.equal("a.bin\na.cdt\na.cue", names(folder))
    -- And it is a sheet of that one file.
    local found = assert(sheet.read(folder .. "/a.cue"))
    assert.are.equal(1, #found.files)
    assert.are.equal("a.bin", found.files[1].name)
  end)
end)

describe("a sheet", function()
  local function toc(name)
    return ('CD_DA\nTRACK AUDIO\nFILE "%s" 0\n'):format(name)
  end

  local function cue(name, kind)
    return ('FILE "%s" %s\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n'):format(name,
      kind or "WAVE")
  end

  before_each(function()
    d:file("secret.wav", sheets.wave(300))
    d:file("in/here.wav", sheets.wave(300))
  end)

  it("is refused when a link in its folder leads outside, unless that is asked "
    .. "for", function()
    run.output("ln", "-s", "../secret.wav", d:path "in/link.wav")
    run.output("ln", "-s", "..", d:path "in/up")
    for _, name in ipairs{"link.wav", "up/secret.wav"} do
      for ending, text in pairs{
        [".cue"] = cue(name), [".toc"] = toc(name), ["2.cue"] = cue(name,
          "BINARY"),
      } do
        local path = d:file("in/x" .. ending, text)
        local failure = refused("bad_file", sheet.read(path))
        assert.matches("leads outside", failure.message)
        assert.matches("outside", failure.advice)
        assert(sheet.read(path, {outside = true}))
      end
    end
  end)

  it("is refused when another ending's file is such a link", function()
    run.output("ln", "-s", "../secret.wav", d:path "in/other.wav")
    refused("bad_file", sheet.read(d:file("in/x.cue", cue("other.flac"))))
  end)

  it("may name a link that stays in the folder, and be reached by one",
    function()
      run.output("ln", "-s", "here.wav", d:path "in/link.wav")
      d:file("in/x.cue", cue("link.wav"))
      assert(sheet.read(d:path "in/x.cue"))
      run.output("ln", "-s", d:path "in", d:path "door")
      assert(sheet.read(d:path "door/x.cue"))
    end)

  it("is refused when it names a file with a new line in it", function()
    refused("bad_file", sheet.read(d:file("in/x.cue", cue("a\n../secret.wav"))))
    refused("file_access", sheet.read(d:file("in/x.toc",
      toc("here.wav\\012"))))
  end)

  it("is not written with a name that would be another command", function()
    local found = assert(sheet.read(d:file("in/x.cue", cue("here.wav"))))
    for _, name in ipairs{'a" WAVE\nFILE "/etc/passwd', "a\nb", "a\0b"} do
      found.files[1].name = name
      refused("unsupported", sheet.format(found, "cue"))
      refused("unsupported", sheet.format(found, "toc"))
    end
  end)
end)

describe("a report", function()
  it("opens no file that it names", function()
    local address = "virtual:" .. d:path "disc"
    local path = d:path "report.json"
    assert.are.equal(0, run.command("burn", address .. "?medium=cd-rw",
      d:files(), "--report", path).status)
    -- Made, if it were written to; another than the disc, if it were compared.
    local made, other = d:path "made", d:image(300)
    local text = run.slurp(path):gsub("^{", ('{"file":%q,"trace":%q,'
      .. '"report":%q,"map":%q,"against":%q,"image":%q,"address":%q,'):format(
      made, made, made, made, other, other, "virtual:" .. made
        .. "?medium=cd-rw"))
    run.spit(path, text)
    local before = names(d.folder)
    assert.are.equal(0, run.command("verify", address, "--report", path).status)
    assert.are.equal(before, names(d.folder))
  end)
end)
