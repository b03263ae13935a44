-- What the fuzzers found (fuzz/README.md): each input that once did harm.
local cdtext = require "discrecorder.cdtext"
local disc = require "spec.support.disc"
local discrecorder = require "discrecorder"
local packs = require "discrecorder.cdtext.packs"
local report = require "discrecorder.cli.report"
local run = require "spec.support.run"
local verify = require "discrecorder.verify"

local refused = require("spec.support.burning").refused

local d

before_each(function()
  d = disc.new()
end)

after_each(function()
  d:remove()
end)

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

describe("a virtual disc", function()
  it("takes no codes from page 05h that are none: it could not be opened again",
    function()
      local rec = d:opened "medium=cd-r"
      disc.select(rec, disc.write_page{[16] = 0x80, [17] = 0x49, [32] = 0x80,
        [33] = 0x61})
      assert.equal("good", disc.write(rec, 0, disc.block(0):rep(16)))
      assert.equal("good", disc.sense(rec, "35 00 00 00 00 00 00 00 00 00"))
      rec = nil -- luacheck: ignore
      assert.is_false(d:again():mcn())
    end)
end)

describe("a drive", function()
  it("does not make us write where no disc has a block", function()
    local rec = d:opened()
    local trace = d.last .. ".trace"
    disc.tao(rec, {300}, {multi = true})
    rec:close()
    local traced <close> =
      assert(discrecorder.recorder("virtual:" .. d.last, {trace = trace}))
    assert(traced:medium())
    -- Where the track begins that is asked for as FFh: bytes 8 to 11.
    local text, count = run.slurp(trace):gsub(
      "(cdb=5201000000ff.-in=" .. ("%x"):rep(16) .. ")" .. ("%x"):rep(8),
      "%17f000000")
    assert.equal(1, count)
    run.spit(trace, text)
    local replayed = assert(discrecorder.recorder("replay:" .. trace))
    local failure = refused("disc_info", replayed:medium())
    assert.matches("next writable address", failure.message)
  end)
end)
