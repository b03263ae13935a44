--- Where the bytes of a track come from.
--
-- Each function makes a @{Source}. What the world refuses (a file that cannot
-- be read) is returned as `nil, failure, code`; wrong arguments raise.
-- @module discrecorder.source

local boot = require "discrecorder.boot"
local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local layout = require "discrecorder.layout"
local manifest_format = require "discrecorder.manifest"
local optional = require "discrecorder.optional"

require "discrecorder.methods"

local source = {}

--- A regular file, all of it. It must stay as it is until it is burned.
-- @function source.file
-- @tparam string path the file
-- @treturn[1] Source the source
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `bad_file` (missing, empty, not readable, no
-- regular file)
source.file = core.source_file

--- Bytes that the script has already.
-- @function source.bytes
-- @tparam string bytes at least one
-- @treturn[1] Source the source
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `no_memory`
source.bytes = core.source_bytes

--- Bytes out of a pipe, socket or device: a stated number of them, or all that
-- come.
--
-- A path is opened anew for each burn, when it begins; a file handle or
-- descriptor is copied now and can be burned once. What a file handle has
-- already read ahead for Lua is not seen.
-- @function source.pipe
-- @tparam string|file|integer from a path (`/dev/stdin` too), an open file, or
-- the number of a descriptor
-- @tparam[opt] integer length how many bytes will come; fewer make the burn
-- fail, more do when they are there at the end. Without, as many as come:
-- docs/sources.md says which discs take that
-- @treturn[1] Source the source
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `bad_file`
source.pipe = core.source_pipe

--- Bytes that the script pushes itself, with `write` and `finish`.
-- @function source.push
-- @tparam[opt] integer length how many bytes will come, in all; without, as
-- many as come until `finish`: docs/sources.md says which discs take that
-- @tparam[opt=1048576] integer room bytes that are kept until the burn takes
-- them
-- @treturn[1] Source the source
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `no_memory`
source.push = core.source_push

local TREE_KEYS <const> = {
  paths = "table",
  volume_id = "string",
  exclude = "table",
  md5 = "string",
  follow_links = "boolean",
  keep_links = "boolean",
  date = "integer",
  invalid_utf8 = "string",
  layout = "string",
  manifest = "boolean or string",
  base = "table",
  boot = "table",
}

local BASE_KEYS <const> = {
  at = "integer",
  start = "integer",
  import = "function",
  head = "string",
  replace = "boolean",
  only_changed = "boolean",
  remove_missing = "boolean",
}

local CHOICES <const> = {
  md5 = {session = true, files = true, none = true},
  invalid_utf8 = {refuse = true, allow = true},
}

local LAST_DATE <const> = 5869583999 -- the end of 2155

local function check_text(value, what)
  if type(value) ~= "string" then
    error(("tree: %s: string expected, got %s"):format(what, type(value)), 4)
  elseif value:find("\0", 1, true) then
    error(("tree: %s: string contains zeros"):format(what), 4)
  end
end

local function check_base(base)
  check("tree: base", base, BASE_KEYS, 3)
  if not base.at then
    error("tree: base: at is missing", 4)
  end
end

local function check_options(options)
  check("tree", options, TREE_KEYS, 2)
  if options.base then
    check_base(options.base)
  end
  layout.check_choice("tree", options.layout, 3)
  for key, value in pairs(options) do
    if type(value) == "string" then
      check_text(value, key)
    end
    if CHOICES[key] and not CHOICES[key][value] then
      error(("tree: %s: invalid option '%s'"):format(key, value), 3)
    end
  end
  if options.date and (options.date < 0 or options.date > LAST_DATE) then
    error("tree: date: out of range", 3)
  end
end

-- What was named, as two lists. Mappings are taken in the order of their names
-- on the disc, so that the same table gives the same failure each time.
local function arrange(paths)
  local hosts, discs, mapped = {}, {}, {}
  for key, value in pairs(paths) do
    check_text(value, "paths")
    if type(key) == "string" then
      check_text(key, "paths")
      if key:sub(1, 1) ~= "/" then
        error(("tree: paths: '%s' does not begin with /"):format(key), 3)
      end
      mapped[#mapped + 1] = key
    elseif math.type(key) ~= "integer" or key < 1 or key > #paths then
      error("tree: paths: neither a list nor names on the disc", 3)
    end
  end
  for i, path in ipairs(paths) do
    hosts[i], discs[i] = path, false
  end
  table.sort(mapped)
  for _, name in ipairs(mapped) do
    hosts[#hosts + 1], discs[#discs + 1] = paths[name], name
  end
  return hosts, discs
end

local function check_list(list, what)
  for key, value in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 or key > #list then
      error(("tree: %s: list expected"):format(what), 3)
    end
    check_text(value, what)
  end
end

-- See https://reproducible-builds.org/specs/source-date-epoch: a date that is
-- none must not pass unnoticed.
local function environment_date()
  local text = os.getenv "SOURCE_DATE_EPOCH"
  if not text or text == "" then
    return nil
  end
  local date = text:find "^%d+$" and math.tointeger(tonumber(text))
  if not date or date > LAST_DATE then
    error(("tree: SOURCE_DATE_EPOCH: '%s' is no date"):format(text), 3)
  end
  return date
end

--- A tree of files: an ISO 9660 image (level 3, with Rock Ridge and Joliet),
-- made while it is burned. docs/sources.md tells the details.
--
-- All folders are listed and all files opened once before this returns. From
-- then on no file may change: the burn fails when one does.
-- @function source.tree
-- @tparam table options
--
-- - `paths`: a list of paths, or a table `{["/on/disc"] = "on/host"}`, or both
--   in one table. One folder alone: its contents are put into the root. Several
--   paths: each under its base name.
-- - `volume_id` (`"ISOIMAGE"`): up to 32 bytes, best of A-Z, 0-9 and _
-- - `exclude`: a list of shell patterns; one without a slash is matched against
--   names, one with a slash against paths on the disc, from the root; one that
--   ends with a slash leaves out folders only. Paths that were named themselves
--   are never left out.
-- - `md5` (`"session"`): tags that `xorriso -md5 on -check_media` understands;
--   `"files"` adds a sum for each file, `"none"` is fastest
-- - `follow_links` (false): put on the disc what links lead to
-- - `keep_links` (false): a link that is mapped to a name on the disc stays a
--   link, too
-- - `date`: seconds since 1970 that every time stamp becomes, so that equal
--   trees give equal bytes; else the environment's SOURCE_DATE_EPOCH (raises
--   when that is no date)
-- - `invalid_utf8` (`"refuse"`): or `"allow"` such names
-- - `manifest` (false): true, or a name instead of `SHA256SUMS`: a file of
--   SHA-256 sums in the root, for `sha256sum -c`. Reads all files now.
-- - `layout`: `"data"`: what players could not play (docs/udf.md) is burned as
--   data; else it is refused
-- - `boot`: what a machine starts from the disc (El Torito; docs/sources.md): a
--   list of `{image = "/on/disc"}`, BIOS first, with `platform` (`"x86"`, or
--   `"efi"`, `"powerpc"`, `"mac"`), `emulation` (`"none"`, or `"1.2m"`,
--   `"1.44m"`, `"2.88m"`, `"hard_disk"`), `load_sectors` (x86: 4; else all),
--   `load_segment` (0: 7C0h), `info_table` (false), `hidden` (false), `id`; and
--   in the list `catalog`, its path on the disc (else it is in no folder)
-- - `base`: a disc that the image is added to, as @{discrecorder.append} makes
--   it: `at`, the next writable address; `import`, a function that reads a
--   block of the disc, and `start` of the session whose tree is taken over;
--   `replace`, `only_changed`, `remove_missing`; `head`, the first 32 blocks of
--   a disc that can be overwritten
-- @treturn[1] Source the source; see its `warnings`
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `bad_file` (missing or not readable, invalid
-- UTF-8, a followed link that leads nowhere or back), `bad_joliet_name` (more
-- than 255 bytes), `file_exists` (two paths with one name), `unsupported` (no
-- volume id; a folder for players), `invalid_image` (libisofs refuses),
-- `bootimage_and_nonblank_disc`. Raises
-- where the module discrecorder.tree, which needs libisofs, is not installed.
function source.tree(options)
  check_options(options)
  if not options.paths then
    error("tree: paths expected", 2)
  end
  check_list(options.exclude or {}, "exclude")
  local hosts, discs = arrange(options.paths)
  local manifest = options.manifest
  if manifest == true then
    manifest = manifest_format.NAME
  end
  local base = options.base or {}
  local arranged = options.boot and boot.arrange(options.boot)
  local made, failure, code = require("discrecorder.tree").new {
    at = base.at,
    start = base.start,
    import = base.import,
    head = base.head,
    replace = base.replace,
    only_changed = base.only_changed,
    remove_missing = base.remove_missing,
    hosts = hosts,
    discs = discs,
    exclude = options.exclude or {},
    volume_id = options.volume_id,
    md5 = options.md5,
    follow_links = options.follow_links,
    keep_links = options.keep_links,
    date = options.date or environment_date(),
    allow_invalid_utf8 = options.invalid_utf8 == "allow",
    manifest = manifest or nil,
    boot = arranged,
  }
  if not made or options.layout == "data" then
    return made, failure, code
  end
  local fit, unfit, why = layout.check_tree(made)
  if not fit then
    made:close()
    return nil, unfit, why
  end
  return made
end

local AUDIO_KEYS <const> = {
  path = "string",
  from = "integer",
  length = "integer",
  dither = "boolean",
  raw = "table",
}

local RAW_KEYS <const> = {
  byte_order = "string",
  rate = "integer",
  channels = "integer",
  bits = "integer",
}

local MOST_FRAMES <const> = 1 << 40

local RAW_RANGES <const> = {
  rate = {1000, 768000},
  channels = {1, 8},
  bits = {16, 32},
}

local function check_range(what, value, least, most)
  if value and (value < least or value > most) then
    error(("audio: %s: out of range"):format(what), 4)
  end
end

-- A file without a header, as a CD's audio is where nothing else is said.
local function arrange_raw(raw)
  check("audio: raw", raw, RAW_KEYS, 3)
  for key, range in pairs(RAW_RANGES) do
    check_range("raw: " .. key, raw[key], range[1], range[2])
  end
  if raw.byte_order ~= "little" and raw.byte_order ~= "big" then
    error("audio: raw: byte_order: 'little' or 'big' expected", 3)
  elseif raw.bits and raw.bits % 8 ~= 0 then
    error("audio: raw: bits: 16, 24 or 32 expected", 3)
  end
  return {
    big_endian = raw.byte_order == "big",
    rate = raw.rate or 44100,
    channels = raw.channels or 2,
    bits = raw.bits or 16,
  }
end

local function audio_module()
  local name <const> = "discrecorder.audio"
  if not optional.is_there(name) then
    error("source.audio needs the module discrecorder.audio: install "
      .. "libsndfile and libsamplerate (on Debian libsndfile1-dev and "
      .. "libsamplerate0-dev), then build and install discrecorder anew", 3)
  end
  return require(name)
end

--- An audio file, or a part of one, as the audio of a CD: 44 100 frames a
-- second of two samples, left and right, of 16 bits, signed, little endian. A
-- block of a CD (1/75 s) has 588 frames; what is missing in the last block is
-- silence, and up to whoever burns. docs/sources.md tells the details.
--
-- WAV, AIFF, FLAC, Ogg (Vorbis, Opus, FLAC), MP3 and what else libsndfile
-- decodes, of 1000 to 768 000 Hz and one to eight channels. The file is opened
-- and checked now, and must stay as it is until it is burned.
-- @function source.audio
-- @tparam string|table path the file, or a table of all that follows:
--
-- - `path`
-- - `from` (0): frames of CD audio to leave out at the start
-- - `length` (to the end): frames of CD audio
-- - `dither` (true): with noise of one bit where a file's samples are not 16
--   bits by themselves; false: rounded to the nearest
-- - `raw`: the file has no header, and is `{byte_order = "little"}` (or
--   `"big"`, which has to be said), `rate` (44100), `channels` (2), `bits` (16,
--   24 or 32; signed)
-- @tparam[opt] integer from as above
-- @tparam[opt] integer length as above
-- @treturn[1] Source the source; see its `audio`
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `bad_file` (missing, no audio, without samples,
-- truncated or damaged as far as is seen without decoding, shorter than `from`
-- and `length`), `unsupported` (more than eight channels, a channel that cannot
-- be mixed to two, another rate, an encoding that libsndfile lacks). Raises
-- where the module discrecorder.audio, which needs libsndfile and
-- libsamplerate, is not installed.
-- @usage
-- local whole = assert(source.audio "side-a.flac")
-- local second = assert(source.audio("album.flac", 588 * 17025, 588 * 14400))
function source.audio(path, from, length)
  local options = path
  if type(path) ~= "table" then
    options = {path = path, from = from, length = length}
  elseif from or length then
    error("audio: from and length stand in the table", 2)
  end
  check("audio", options, AUDIO_KEYS)
  if not options.path then
    error("audio: path expected", 2)
  end
  check_range("from", options.from, 0, MOST_FRAMES)
  check_range("length", options.length, 1, MOST_FRAMES)
  local raw = options.raw and arrange_raw(options.raw)
  return audio_module().new {
    path = options.path,
    from = options.from or 0,
    length = options.length or -1,
    dither = options.dither ~= false,
    raw = raw,
  }
end

--- CD audio in parts: one after another, to the sample.
-- @function source.join
-- @tparam {Source|integer,...} parts sources of samples with a length, and
-- numbers: frames (1/44100 s) of silence. Each is read by this source alone
-- @treturn[1] Source the source; its `audio.exact` when that of all is
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `no_memory`
source.join = core.source_join

-- Bytes of a sector, and of those in front of the user data.
local SECTORS <const> = {
  ["mode1/2048"] = {2048, 0}, ["mode1/2352"] = {2352, 16},
  ["mode2/2048"] = {2048, 0}, ["mode2/2336"] = {2336, 8},
  ["mode2/2352"] = {2352, 24},
}

-- Whole sectors of mode 2: of each the bytes that a file has.
local WHOLE <const> = {
  ["mode2/2324"] = 2324, ["mode2/2336"] = 2336, ["mode2/2352"] = 2352,
}

--- The user data, 2048 bytes each, of sectors that a file has whole, as a BIN
-- does; or sectors of mode 2 with their subheaders.
-- @string path the file
-- @string mode what a sector is: `"mode1/2048"`, `"mode1/2352"`,
-- `"mode2/2048"`, `"mode2/2336"` or `"mode2/2352"`. Whole ones: `"mode2/2324"`
-- (form 2), `"mode2/2336"` or `"mode2/2352"` (of either form)
-- @int offset bytes in front of the first
-- @int count sectors
-- @bool[opt=false] whole 2352 bytes of each, for tracks with `sectors`: its
-- subheader and data; sync, header, EDC and ECC are zeros
-- @treturn[1] Source the source
-- @return[2] nil
-- @treturn[2] failure what went wrong
-- @treturn[2] string its code: `bad_file` (missing, or too short)
function source.sectors(path, mode, offset, count, whole)
  local found = (whole and WHOLE or SECTORS)[mode]
  if not found then
    error(("sectors: there is no mode '%s'"):format(tostring(mode)), 2)
  elseif whole then
    return core.source_sectors(path, offset, count, found, "whole")
  end
  return core.source_sectors(path, offset, count, found[1], found[2])
end

return source
