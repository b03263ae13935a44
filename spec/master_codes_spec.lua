-- IMAPI's 38 result codes: each is produced here, or docs/master.md says why it
-- cannot be.
local burn = require "discrecorder.burn"
local each = require "spec.support.each"
local imapi = require "discrecorder.imapi"
local mastering = require "spec.support.mastering"
local run = require "spec.support.run"
local source = require "discrecorder.source"

local fails = mastering.fails

-- The table of docs/master.md: IMAPI's name to what stands behind it.
local function documented()
  local rows, text = {}, run.slurp(run.root .. "/docs/master.md")
  local part = text:match "\n## The 38 result codes\n(.*)"
  for name, column in part:gmatch "\n| `(IMAPI_[%u_]+)` |[^|]*| ([^|]-) |" do
    rows[name] = column
  end
  return rows
end

describe("IMAPI's result code", function()
  local bench = each(mastering.bench)
  local rec

  before_each(function()
    rec = bench:recorder()
  end)

  local function staged(from)
    return bench:staged(from or rec)
  end

  -- Recording on a drive with a fault.
  local function faulty(fault)
    return staged(bench:recorder("medium=cd-rw", {faults = {fault}}))
  end

  local function cancelled()
    return true
  end

  -- By its name: what brings it about.
  local produced <const> = {}

  function produced.IMAPI_S_PROPERTIESIGNORED(code)
    local _, joliet = bench:joliet(rec)
    local done, ignored = joliet:set_joliet_properties{No = 1}
    assert.is_true(done)
    assert.are.same({"No"}, ignored)
    assert.are.equal("properties_ignored", code)
  end

  function produced.IMAPI_E_NOTOPENED(code)
    local m = bench.opened()
    assert(m:close())
    fails(code, m:enum_disc_master_formats())
  end

  function produced.IMAPI_E_USERABORT(code)
    local m = staged()
    assert(m:progress_advise{query_cancel = cancelled})
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_GENERIC(code)
    rec = bench:recorder("medium=cd-rw", {faults = {
      {opcode = "BLANK", sense = {4, 0x44, 0x00}},
    }})
    assert(burn.tree(rec, bench:files()))
    assert(rec:open_exclusive())
    fails(code, rec:erase())
  end

  function produced.IMAPI_E_MEDIUM_NOTPRESENT(code)
    local m = staged()
    assert(rec:operator():remove())
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_MEDIUM_INVALIDTYPE(code)
    local m = bench.opened()
    assert(m:set_active_disc_master_format "redbook")
    fails(code, m:set_active_disc_recorder(bench:recorder "medium=dvd-r"))
  end

  function produced.IMAPI_E_DEVICE_NOTACCESSIBLE(code)
    local m = staged()
    assert(rec:open_exclusive())
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_DEVICE_NOTPRESENT(code)
    local m = staged()
    assert(rec:operator():unplug())
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_DEVICE_INVALIDTYPE(code)
    rec = bench:recorder "medium=cd-r&model=cd-r"
    assert(rec:open_exclusive())
    fails(code, rec:erase())
  end

  function produced.IMAPI_E_INITIALIZE_WRITE(code)
    rec = bench:recorder("medium=cd-rw", {faults = {
      {opcode = "SEND CUE SHEET", sense = {5, 0x26, 0x00}},
    }})
    local m, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    assert(redbook:add_audio_track_blocks(("\0"):rep(300 * 2352)))
    assert(redbook:close_audio_track())
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_INITIALIZE_ENDWRITE(code)
    local m = faulty{opcode = "CLOSE TRACK/SESSION", sense = {3, 0x72, 0x00}}
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_DISCINFO(code)
    local m = bench.opened()
    assert(m:set_active_disc_master_format "joliet")
    fails(code, m:set_active_disc_recorder(bench:recorder("medium=cd-rw", {
      faults = {{opcode = "READ DISC INFORMATION", short = 2}},
    })))
  end

  function produced.IMAPI_E_TRACKNOTOPEN(code)
    local _, redbook = bench:redbook(rec)
    fails(code, redbook:close_audio_track())
  end

  function produced.IMAPI_E_TRACKOPEN(code)
    local _, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    fails(code, redbook:create_audio_track(0))
  end

  function produced.IMAPI_E_DISCFULL(code)
    local _, joliet = bench:joliet(rec)
    run.output("truncate", "-s", "900M", bench:path "large")
    fails(code, joliet:add_data{bench:path "large"})
  end

  function produced.IMAPI_E_BADJOLIETNAME(code)
    local _, joliet = bench:joliet(rec)
    fails(code, joliet:add_data{
      ["/" .. ("n"):rep(256)] = bench:file("file", "x"),
    })
  end

  function produced.IMAPI_E_INVALIDIMAGE(code)
    fails(code, bench:joliet(rec):record_disc())
  end

  function produced.IMAPI_E_NOACTIVEFORMAT(code)
    fails(code, bench.opened():enum_disc_recorders())
  end

  function produced.IMAPI_E_NOACTIVERECORDER(code)
    local m = bench.opened()
    assert(m:set_active_disc_master_format "joliet")
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_WRONGFORMAT(code)
    local m, joliet = bench:joliet(rec)
    assert(m:set_active_disc_master_format "redbook")
    fails(code, joliet:get_joliet_properties())
  end

  function produced.IMAPI_E_ALREADYOPEN(code)
    fails(code, bench.opened():open())
  end

  function produced.IMAPI_E_WRONGDISC(code)
    local m, joliet = staged()
    assert(m:record_disc())
    assert(m:clear_format_content())
    assert(m:set_active_disc_recorder(rec))
    assert(joliet:add_data{bench:file("more", "more")})
    assert(m:record_disc())
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_FILEEXISTS(code)
    local _, joliet = staged()
    fails(code, joliet:add_data(bench:files()))
  end

  function produced.IMAPI_E_DEVICE_STILL_IN_USE(code)
    local m = staged()
    local push <close> = assert(source.push(400 * 2048))
    local job <close> = assert(rec:burn_start{tracks = {{source = push}}})
    fails(code, m:record_disc())
    job:cancel()
  end

  function produced.IMAPI_E_LOSS_OF_STREAMING(code)
    local m = faulty{opcode = "WRITE(10)", sense = {3, 0x0C, 0x09}}
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_CANNOT_WRITE_TO_MEDIA(code)
    local m = faulty{opcode = "WRITE(10)", sense = {3, 0x0C, 0x00}}
    fails(code, m:record_disc())
  end

  function produced.IMAPI_E_TRACK_NOT_BIG_ENOUGH(code)
    local _, redbook = bench:redbook(rec)
    assert(redbook:create_audio_track(0))
    fails(code, redbook:close_audio_track())
  end

  function produced.IMAPI_E_BOOTIMAGE_AND_NONBLANK_DISC(code)
    local m, joliet = staged()
    assert(m:record_disc())
    assert(m:clear_format_content())
    assert(m:set_active_disc_recorder(rec))
    assert(joliet:set_joliet_properties{
      place_boot_image_on_disc = true, boot_image = bench:file("boot", "boot"),
    })
    fails(code, m:record_disc())
  end

  for name, bring_about in pairs(produced) do
    it(("%s is told where it belongs"):format(name), function()
      bring_about(imapi.hresult[imapi.name[name]])
    end)
  end

  it("list is whole, and each that is not produced has its reason", function()
    local rows, count = documented(), 0
    for name, number in pairs(imapi.name) do
      if type(name) == "string" and name:find "^IMAPI_" then
        count = count + 1
        assert.is_truthy(rows[name], name .. " is not in the table")
        local reason = rows[name]:match "^cannot occur: (.+)"
        assert.are.equal(produced[name] == nil, reason ~= nil, name)
        assert.is_truthy(imapi.hresult[number], name)
      end
    end
    assert.are.equal(38, count)
    for name in pairs(rows) do
      assert.is_truthy(imapi.name[name], name)
    end
  end)
end)
