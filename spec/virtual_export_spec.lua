-- A disc that was written by packets alone, judged by other people's programs
-- from its export.
local disc = require "spec.support.disc"
local export = require "discrecorder.export"
local run = require "spec.support.run"

describe("the export of a disc burned by raw packets", function()
  local d, rec, image

  local function output(...)
    local r = run(...)
    return r.stdout .. r.stderr, r.status
  end

  -- An image made elsewhere, written track at once by packets.
  local function burn()
    assert.equal("good", disc.select(rec, disc.write_page()))
    local data = run.slurp(image)
    data = data .. ("\0"):rep(-#data % 32768)
    for at = 0, #data - 1, 32768 do
      assert.equal("good",
        disc.write(rec, at // 2048, data:sub(at + 1, at + 32768)))
    end
    assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
    assert.equal("good", disc.close_session(rec))
    return data
  end

  before_each(function()
    d = disc.new()
    rec = d:opened()
    image = d:path "made.iso"
    run.output("xorriso", "-as", "mkisofs", "-quiet", "-R", "-J", "-V",
      "STAGE_A", "-o", image, d:files())
  end)

  after_each(function()
    d:remove()
  end)

  it("as ISO is the image, and xorriso, isoinfo and iso-info read it",
    function()
      local data = burn()
      local iso = d:path "out.iso"
      assert.is_true(assert(export.run(rec, iso)).ok)
      local exported = run.slurp(iso)
      assert.is_true(exported:sub(1, #data) == data)
      local device = "stdio:" .. iso
      local text = run.output("xorriso", "-indev", device, "-toc", "-lsl",
        "/sub", "--")
      assert.matches("numbers.bin", text)
      assert.matches("STAGE_A", run.output("isoinfo", "-d", "-i", iso))
      assert.matches("hello.txt",
        (run.output("isoinfo", "-l", "-R", "-i", iso)))
      assert.matches("hello.txt", (output("iso-info", "-l", iso)))
      run.output("xorriso", "-osirrox", "on", "-indev", device, "-extract",
        "/", d:path "back")
      run.output("diff", "-r", d:path "files", d:path "back")
    end)

  it("as CUE and BIN has the raw sectors, and cd-info reads it", function()
    burn()
    local cue = d:path "out.cue"
    assert.is_true(assert(export.run(rec, cue)).ok)
    local bin = run.slurp(d:path "out.bin")
    assert.equal(0, #bin % 2352)
    assert.is_true(rec:read(16, 1, true) ==
      bin:sub(16 * 2352 + 1, 17 * 2352))
    local text = output("cd-info", "--no-cddb", "--no-device-info",
      "--cue-file=" .. cue)
    assert.matches("CD%-ROM Track List %(1 %- 1%)", text)
    assert.matches("ISO 9660", text)
    assert.matches("STAGE_A", text)
  end)

  it("is refused for a disc with nothing on it", function()
    for _, name in ipairs {"x.iso", "x.cue"} do
      local r, failure = export.run(rec, d:path(name))
      assert.is_nil(r)
      assert.is_string(failure.code)
      assert.is_nil(io.open(d:path(name)))
    end
  end)
end)
