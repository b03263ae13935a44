--- IMAPI's constants, for those who port code from Windows.
--
-- Every table reads both ways: `imapi.recorder_type.cdrw` is 2 and
-- `imapi.recorder_type[2]` is `"cdrw"`. Names of enumerations are those that
-- the recorder's methods give; result codes have two names, the failure's code
-- (`"not_opened"`) and IMAPI's own (`"IMAPI_E_NOTOPENED"`).
--
-- @module discrecorder.imapi

local imapi = {}

local function both_ways(values)
  local names = {}
  for name, value in pairs(values) do
    names[value] = name
  end
  return setmetatable(values, {__index = names})
end

--- What `get_recorder_type` gives.
-- @table recorder_type
imapi.recorder_type = both_ways{
  cdr = 0x1, -- writes CD-R only
  cdrw = 0x2, -- also erases
}

--- What `get_recorder_state` gives.
-- @table recorder_state
imapi.recorder_state = both_ways{
  idle = 0x0,
  opened = 0x1, -- held through open_exclusive
  burning = 0x2,
}

--- What `query_media_type` gives: one of these, no bit set.
-- @table media_type
imapi.media_type = both_ways{
  none = 0, -- no disc
  cdda_cdrom = 1,
  cd_rom_xa = 2,
  cd_i = 3,
  cd_extra = 4,
  cd_other = 5,
  special = 6,
}

--- The flags that `query_media_type` gives: bits.
-- @table media_flag
imapi.media_flag = both_ways{
  blank = 0x1,
  rw = 0x2,
  writable = 0x4,
  unusable = 0x8, -- in the header as MEDIA_FORMAT_UNUSABLE_BY_IMAPI
}

--- What a boot image is for: BootImagePlatform, El Torito's numbers. IMAPI has
-- no name for EFI.
-- @table boot_platform
imapi.boot_platform = both_ways{
  x86 = 0x00,
  powerpc = 0x01,
  mac = 0x02,
  efi = 0xEF,
}

--- What a BIOS makes of a boot image: BootImageEmulationType.
-- @table boot_emulation
imapi.boot_emulation = both_ways{
  none = 0,
  ["1.2m"] = 1,
  ["1.44m"] = 2,
  ["2.88m"] = 3,
  hard_disk = 4,
}

--- Interface identifiers.
-- @table iid
imapi.iid = both_ways{
  IDiscRecorder = "85AC9776-CA88-4CF2-894E-09598C078A41",
  IEnumDiscRecorders = "9B1921E1-54AC-11D3-9144-00104BA11C5E",
  IEnumDiscMasterFormats = "DDF445E1-54BA-11D3-9144-00104BA11C5E",
  IRedbookDiscMaster = "E3BC42CD-4E5C-11D3-9144-00104BA11C5E",
  IJolietDiscMaster = "E3BC42CE-4E5C-11D3-9144-00104BA11C5E",
  IDiscMasterProgressEvents = "EC9E51C1-4E5D-11D3-9144-00104BA11C5E",
  IDiscMaster = "520CCA62-51A5-11D3-9144-00104BA11C5E",
}

--- Class identifiers.
-- @table clsid
imapi.clsid = both_ways{
  MSDiscRecorderObj = "520CCA61-51A5-11D3-9144-00104BA11C5E",
  MSDiscMasterObj = "520CCA63-51A5-11D3-9144-00104BA11C5E",
  MSEnumDiscRecordersObj = "8A03567A-63CB-4BA8-BAF6-52119816D1EF",
}

-- IMAPI's name, its number, and the code here, where there is one.
local results <const> = {
  {"S_OK", 0x00000000, "ok"},
  {"S_FALSE", 0x00000001},
  {"IMAPI_S_PROPERTIESIGNORED", 0x00040200, "properties_ignored"},
  {"IMAPI_S_BUFFER_TO_SMALL", 0x00040201, "buffer_too_small"},
  {"IMAPI_E_NOTOPENED", 0x8004020B, "not_opened"},
  {"IMAPI_E_NOTINITIALIZED", 0x8004020C, "not_initialized"},
  {"IMAPI_E_USERABORT", 0x8004020D, "user_abort"},
  {"IMAPI_E_GENERIC", 0x8004020E, "generic"},
  {"IMAPI_E_MEDIUM_NOTPRESENT", 0x8004020F, "medium_not_present"},
  {"IMAPI_E_MEDIUM_INVALIDTYPE", 0x80040210, "medium_invalid_type"},
  {"IMAPI_E_DEVICE_NOPROPERTIES", 0x80040211, "device_no_properties"},
  {"IMAPI_E_DEVICE_NOTACCESSIBLE", 0x80040212, "device_not_accessible"},
  {"IMAPI_E_DEVICE_NOTPRESENT", 0x80040213, "device_not_present"},
  {"IMAPI_E_DEVICE_INVALIDTYPE", 0x80040214, "device_invalid_type"},
  {"IMAPI_E_INITIALIZE_WRITE", 0x80040215, "initialize_write"},
  {"IMAPI_E_INITIALIZE_ENDWRITE", 0x80040216, "initialize_endwrite"},
  {"IMAPI_E_FILESYSTEM", 0x80040217, "filesystem"},
  {"IMAPI_E_FILEACCESS", 0x80040218, "file_access"},
  {"IMAPI_E_DISCINFO", 0x80040219, "disc_info"},
  {"IMAPI_E_TRACKNOTOPEN", 0x8004021A, "track_not_open"},
  {"IMAPI_E_TRACKOPEN", 0x8004021B, "track_open"},
  {"IMAPI_E_DISCFULL", 0x8004021C, "disc_full"},
  {"IMAPI_E_BADJOLIETNAME", 0x8004021D, "bad_joliet_name"},
  {"IMAPI_E_INVALIDIMAGE", 0x8004021E, "invalid_image"},
  {"IMAPI_E_NOACTIVEFORMAT", 0x8004021F, "no_active_format"},
  {"IMAPI_E_NOACTIVERECORDER", 0x80040220, "no_active_recorder"},
  {"IMAPI_E_WRONGFORMAT", 0x80040221, "wrong_format"},
  {"IMAPI_E_ALREADYOPEN", 0x80040222, "already_open"},
  {"IMAPI_E_WRONGDISC", 0x80040223, "wrong_disc"},
  {"IMAPI_E_FILEEXISTS", 0x80040224, "file_exists"},
  {"IMAPI_E_STASHINUSE", 0x80040225, "stash_in_use"},
  {"IMAPI_E_DEVICE_STILL_IN_USE", 0x80040226, "device_still_in_use"},
  {"IMAPI_E_LOSS_OF_STREAMING", 0x80040227, "loss_of_streaming"},
  {"IMAPI_E_COMPRESSEDSTASH", 0x80040228, "compressed_stash"},
  {"IMAPI_E_ENCRYPTEDSTASH", 0x80040229, "encrypted_stash"},
  {"IMAPI_E_NOTENOUGHDISKFORSTASH", 0x8004022A, "not_enough_disk_for_stash"},
  {"IMAPI_E_REMOVABLESTASH", 0x8004022B, "removable_stash"},
  {"IMAPI_E_CANNOT_WRITE_TO_MEDIA", 0x8004022C, "cannot_write_to_media"},
  {"IMAPI_E_TRACK_NOT_BIG_ENOUGH", 0x8004022D, "track_not_big_enough"},
  {
    "IMAPI_E_BOOTIMAGE_AND_NONBLANK_DISC",
    0x8004022E,
    "bootimage_and_nonblank_disc",
  },
  {"E_NOTIMPL", 0x80004001},
  {"E_NOINTERFACE", 0x80004002},
  {"E_POINTER", 0x80004003},
  {"E_ABORT", 0x80004004},
  {"E_FAIL", 0x80004005},
  {"E_UNEXPECTED", 0x8000FFFF},
  {"E_ACCESSDENIED", 0x80070005},
  {"E_OUTOFMEMORY", 0x8007000E, "no_memory"},
  {"E_INVALIDARG", 0x80070057},
  {"RPC_X_NULL_REF_POINTER", 0x000006F4},
}

--- Failure codes to HRESULTs (unsigned), and back.
-- @table hresult
imapi.hresult = {}

--- HRESULTs to IMAPI's names, and back.
-- @table name
imapi.name = {}

for _, row in ipairs(results) do
  local name, number, code = table.unpack(row)
  imapi.name[name] = number
  if code then
    imapi.hresult[code] = number
  end
end
both_ways(imapi.hresult)
both_ways(imapi.name)

--- Whether an HRESULT means success: its high bit is clear.
-- @tparam integer number signed or unsigned
-- @treturn boolean
function imapi.succeeded(number)
  return number & 0x80000000 == 0
end

return imapi
