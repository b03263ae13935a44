-- DVD+R of one layer and of two: what medium() tells, what is sent, sessions,
-- and the boundary of the layers. On a drive that others wrote:
-- dvd_plus_r_spec.lua.

local burning = require "spec.support.burning"
local disc = require "spec.support.disc"
local media = require "spec.support.media"
local source = require "discrecorder.source"

local refused = burning.refused

local LAYER <const> = 2086912
local SIZES <const> = {["dvd+r"] = 2295104, ["dvd+r-dl"] = 2 * LAYER}
local BORDER <const> = 2048

local bench

local function with(query)
  bench = burning.bench(query)
  return bench
end

after_each(function()
  bench:remove()
end)

local function sent(options, blocks)
  return media.traced(bench, blocks or 100, options)
end

for kind, size in pairs(SIZES) do
  describe("a " .. kind, function()
    it("tells all there is when it is blank", function()
      local m = with("medium=" .. kind):medium()
      assert.are.equal("blank", m.state)
      assert.are.equal(kind, m.profile)
      assert.are.equal(kind == "dvd+r" and "DISCREC/R16" or "DISCREC/D08",
        m.media_id)
      assert.are.equal(size, m.free_blocks)
      assert.are.equal(size, m.capacity_blocks)
      assert.is_false(m.erasable)
      assert.is_nil(m.formats)
      assert.are.same({"plus_r"}, media.ways(m))
    end)

    it("is sent blocks, flush, close of the track, and is finalised",
      function()
        with("medium=" .. kind)
        assert.are.same({"WRITE", "FLUSH", "CLOSE 1 of 1", "CLOSE 6"}, sent())
        local m = bench:medium()
        assert.are.equal("complete", m.state)
        assert.are.equal(0, m.free_blocks)
        refused("medium_not_blank", media.try(bench, 10, {append = true}))
      end)

    it("is kept open, takes another session, and is finalised", function()
      with("medium=" .. kind)
      assert.are.same({"WRITE", "FLUSH", "CLOSE 1 of 1", "CLOSE 2"},
        sent {keep_open = true})
      local m = bench:medium()
      assert.are.equal("appendable", m.state)
      assert.are.equal(112 + BORDER, m.next_writable)
      assert.are.equal(size - 112 - BORDER, m.free_blocks)
      assert.are.same(
        {"WRITE", "FLUSH", "CLOSE 1 of 2", "CLOSE 6"},
        sent({append = true}, 200))
      assert.are.equal(2, bench:medium().sessions)
    end)

    it("is finalised later, without another session", function()
      with("medium=" .. kind)
      media.burn(bench, 100, {keep_open = true})
      assert.are.equal("complete",
        media.chore(bench, "finish", "disc").state)
    end)

    it("is not simulated, nor written in modes of other discs", function()
      with("medium=" .. kind)
      refused("unsupported", media.try(bench, 10, {simulate = true}))
      for _, mode in ipairs {"tao", "sao", "dao", "overwrite"} do
        refused("unsupported", media.try(bench, 10, {mode = mode}))
      end
      assert.are.equal("blank", bench:medium().state)
    end)

    it("goes on in a session that another program left open", function()
      with("medium=" .. kind)
      local room = media.fill(bench, 1000).free_blocks
      local report = media.burn(bench, room, {append = true})
      assert.are.equal(size - room, report.tracks[1].start)
      -- What was closed together is one track now.
      assert.are.equal(1, #report.medium.tracks)
    end)
  end)
end

describe("the boundary between two layers", function()
  -- What the drive tells of it: blocks of the first layer, and whether it was
  -- set.
  local function boundary()
    return media.open(bench, function(rec)
      local r = disc.ask(rec, "AD 00 00000000 00 20 000C 00 00", 12)
      local blocks = (">I4"):unpack(r, 9)
      return {blocks = blocks, set = r:byte(5) & 0x80 ~= 0}
    end)
  end

  local function set_boundary(blocks)
    media.open(bench, function(rec)
      assert.are.equal("good", disc.sense(rec,
        "BF 00 00000000 00 20 000C 00 00",
        (">I2I2I4I4"):pack(10, 0, 0, blocks)))
    end)
  end

  -- A burn of more than a layer holds, up to its first WRITE, which fails.
  local function begin(blocks, options, faults)
    table.insert(faults, {opcode = "WRITE(10)", nth = 1, sense = {3, 0x0C, 0}})
    local rec <close> = bench:recorder {
      trace = bench:path "trace", faults = faults,
    }
    local pushed = assert(source.push(blocks * burning.BLOCK))
    local job = {tracks = {{source = pushed}}, verify = false}
    for key, value in pairs(options) do
      job[key] = value
    end
    local work <close> = assert(rec:burn_start(job))
    -- The burn waits for half a ring of bytes.
    for _ = 1, 64 do
      if not pushed:write(("x"):rep(1 << 18)) then
        break
      end
    end
    local failure = refused("cannot_write_to_media", work:wait())
    assert.are.equal("WRITE(10)", failure.command)
    return failure.report
  end

  before_each(function()
    with "medium=dvd+r-dl"
  end)

  it("is set to the middle of a disc that is closed for good", function()
    for blocks, middle in pairs {
      [LAYER + 16] = 1043472, [LAYER + 1] = 1043472, [2 * LAYER] = LAYER,
    } do
      begin(blocks, {}, {})
      assert.are.same({blocks = middle, set = true}, boundary())
      bench:remove()
      with "medium=dvd+r-dl"
    end
  end)

  it("stays where it is when the disc is kept open", function()
    begin(LAYER + 16, {keep_open = true}, {})
    assert.are.same({blocks = LAYER, set = false}, boundary())
  end)

  it("stays where it is when the first layer holds all", function()
    assert.are.same({"WRITE", "FLUSH", "CLOSE 1 of 1", "CLOSE 6"}, sent())
  end)

  it("that was set before is left, with a warning where data crosses it",
    function()
      set_boundary(1600)
      local report = media.burn(bench, 1700)
      assert.are.same({"layer_boundary_set"}, media.warnings(report))
      assert.matches("1600 blocks", report.warnings[1].message)
    end)

  it("that was set before makes the disc so large, to the block", function()
    set_boundary(1600)
    assert.are.equal(3200, bench:medium().free_blocks)
    refused("disc_full", media.try(bench, 3201))
    media.burn(bench, 3200)
  end)

  it("that was set before is no matter where the first layer holds all",
    function()
      set_boundary(1600)
      assert.are.same({}, media.warnings(media.burn(bench, 1500)))
    end)

  it("that the drive refuses to set is left, with a warning", function()
    local report = begin(LAYER + 16, {}, {
      {opcode = "SEND DISC STRUCTURE", sense = {5, 0x24, 0}},
    })
    assert.are.same({"layer_boundary_not_set"}, media.warnings(report))
    assert.are.same({blocks = LAYER, set = false}, boundary())
  end)

  -- The third READ DISC STRUCTURE of a burn asks for it.
  it("of which the drive tells nothing, or too little, is left", function()
    for _, fault in ipairs {
      {opcode = "READ DISC STRUCTURE", sense = {5, 0x24, 0}},
      {opcode = "READ DISC STRUCTURE", nth = 3, short = 4},
      {opcode = "READ DISC STRUCTURE", nth = 3, short = 8},
    } do
      local report = begin(LAYER + 16, {}, {fault})
      assert.are.same({}, media.warnings(report))
      assert.are.same({blocks = LAYER, set = false}, boundary())
      bench:remove()
      with "medium=dvd+r-dl"
    end
  end)

  it("is sent again after an attention that is about the drive", function()
    local report = begin(LAYER + 16, {}, {
      {opcode = "SEND DISC STRUCTURE", nth = 1, sense = {6, 0x29, 0}},
    })
    assert.are.same({}, media.warnings(report))
    assert.are.same({blocks = 1043472, set = true}, boundary())
  end)

  -- Up to the failure, which comes before the first WRITE.
  local function begin_in_vain(code, fault)
    local rec <close> = bench:recorder {faults = {fault,
      {opcode = "WRITE(10)", sense = {4, 0x44, 0}}}}
    local pushed = assert(source.push((LAYER + 16) * burning.BLOCK))
    refused(code, rec:burn {tracks = {{source = pushed}}})
    pushed:close()
    assert.are.same({blocks = LAYER, set = false}, boundary())
    assert.are.equal("blank", bench:medium().state)
  end

  it("is not set on a disc that may be another one", function()
    for _, when in ipairs {
      {opcode = "SEND DISC STRUCTURE"}, {opcode = "READ DISC STRUCTURE"},
    } do
      when.nth = when.opcode:find "^READ" and 3 or 1
      when.sense = {6, 0x28, 0}
      begin_in_vain("wrong_disc", when)
    end
  end)

  it("is awaited from a drive at work, which must not write before", function()
    for _, opcode in ipairs {"SEND DISC STRUCTURE", "READ DISC STRUCTURE"} do
      begin_in_vain("busy", {opcode = opcode, busy = 1000000000,
        nth = opcode:find "^READ" and 3 or 1})
    end
  end)
end)
