--- CUE sheets, cdrdao's TOC files and Nero's images: read, and written.
--
--    local sheet = require "discrecorder.sheet"
--    local disc = assert(sheet.read "album.cue")
--    print(disc.text.title, #disc.tracks)
--    assert(sheet.write("album.toc", disc))
--
-- The fields of a disc stand in docs/sheets.md: one model for all formats.
-- @module discrecorder.sheet

local charset = require "discrecorder.charset"
local check = require("discrecorder.options").check
local core = require "discrecorder.core"
local fault = require "discrecorder.sheet.fault"
local file = require "discrecorder.file"
local model = require "discrecorder.sheet.model"
local new_failure = require("discrecorder.failure").new

local sheet = {}

-- No sheet is longer, and what is longer is none.
local LONGEST <const> = 4 * 1024 * 1024

local READ_OPTIONS <const> = {
  encoding = "string", files = "boolean", outside = "boolean",
}

local PARSE_OPTIONS <const> = {
  encoding = "string", files = "boolean", outside = "boolean",
  folder = "string", name = "string",
}

local readers <const> = {
  cue = "discrecorder.sheet.cue",
  toc = "discrecorder.sheet.toc",
}

local function check_encoding(what, encoding)
  if encoding and encoding ~= "utf-8" and not charset.is_known(encoding) then
    error(("%s: unknown encoding '%s'"):format(what, encoding), 3)
  end
end

local function place_of(options, folder)
  return {
    folder = folder,
    files = options.files ~= false,
    outside = options.outside or false,
    warnings = {},
  }
end

local function parse(bytes, format, place, encoding)
  if #bytes > LONGEST then
    fault.at(nil, "it is too long to be a sheet")
  end
  local text = charset.guess(bytes, encoding)
  return require(readers[format]).parse(text, place)
end

--- Read the text of a sheet.
-- @tparam string bytes in UTF-8, UTF-16 with its mark, Latin-1
-- @tparam string format `"cue"` or `"toc"`
-- @tparam[opt] table options `folder`: where its files are (`"."`); `name`: the
-- sheet's, for messages; `files`: false looks at no track's file; `outside`:
-- true lets it name files outside its folder; `encoding`: what `bytes` are in
-- @treturn[1] table disc
-- @return[2] nil
-- @treturn[2] table failure with `line`
-- @treturn[2] string code: bad_file, file_access (a file of it is missing)
function sheet.parse(bytes, format, options)
  options = options or {}
  if type(bytes) ~= "string" or not readers[format] then
    error("sheet.parse: bytes, and 'cue' or 'toc', expected", 2)
  end
  check("sheet.parse", options, PARSE_OPTIONS)
  check_encoding("sheet.parse", options.encoding)
  return fault.catch(options.name, parse, bytes, format,
    place_of(options, options.folder or "."), options.encoding)
end

local function ending(path)
  return (path:match "%.(%w+)$" or ""):lower()
end

-- What is read and written, by its ending.
local FORMATS <const> = {cue = true, toc = true, nrg = true}

--- Does the ending of a path say that it is a sheet or an NRG image?
-- @tparam string path
-- @treturn boolean
function sheet.is_one(path)
  return FORMATS[ending(path)] or false
end

--- Read a sheet, or an NRG image.
-- @tparam string path its ending says what it is: .cue, .toc, .nrg
-- @tparam[opt] table options as of @{sheet.parse}, without `folder` and `name`
-- @treturn[1] table disc
-- @return[2] nil
-- @treturn[2] table failure with `line` (of a sheet)
-- @treturn[2] string code: unsupported (another ending), file_access, bad_file
function sheet.read(path, options)
  options = options or {}
  if type(path) ~= "string" then
    error("sheet.read: the path is a string", 2)
  end
  check("sheet.read", options, READ_OPTIONS)
  check_encoding("sheet.read", options.encoding)
  local format = ending(path)
  if not FORMATS[format] then
    return new_failure("unsupported",
      ("%s: the name ends in none of .cue, .toc, .nrg"):format(path))
  end
  local input <close>, reason, errno = core.input(path)
  if not input then
    return new_failure(errno and "file_access" or "bad_file", reason)
  elseif format == "nrg" then
    return fault.catch(path, require("discrecorder.sheet.nrg").parse, input,
      path)
  end
  local bytes, unread = input:read(LONGEST + 1)
  if unread then
    return new_failure("file_access", ("%s: %s"):format(path, unread))
  end
  local place = place_of(options, path:match "^(.*)/[^/]*$" or ".")
  return fault.catch(path, parse, bytes or "", format, place,
    options.encoding)
end

local writers <const> = {
  cue = "discrecorder.sheet.cue_writer",
  toc = "discrecorder.sheet.toc_writer",
}

-- A disc that is none is the caller's mistake; told where the caller is.
local function must_be_disc(disc)
  local ok, wrong = pcall(model.check, disc)
  if not ok then
    error(wrong, 3)
  end
end

--- The text of a sheet for a disc, in UTF-8. Names of files stay as they are.
-- @tparam table disc
-- @tparam string format `"cue"` or `"toc"`
-- @treturn[1] string
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (what the format cannot say)
function sheet.format(disc, format)
  if not writers[format] then
    error("sheet.format: 'cue' or 'toc' expected", 2)
  end
  must_be_disc(disc)
  return fault.catch(nil, require(writers[format]).format, disc)
end

--- Write a sheet, or an NRG image (version 2) with all that its tracks have.
-- @tparam string path its ending says what it becomes; must not exist yet
-- @tparam table disc
-- @treturn[1] boolean true
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (another ending; what the format cannot
-- say), file_exists, file_access
function sheet.write(path, disc)
  if type(path) ~= "string" then
    error("sheet.write: the path is a string", 2)
  end
  must_be_disc(disc)
  local format = ending(path)
  if not FORMATS[format] then
    return new_failure("unsupported",
      ("%s: the name ends in none of .cue, .toc, .nrg"):format(path))
  elseif file.exists(path) then
    return new_failure("file_exists", path .. " exists already")
  elseif format == "nrg" then
    return fault.catch(path, require("discrecorder.sheet.nrg_writer").write,
      path, disc)
  end
  local text, failure, code = fault.catch(nil,
    require(writers[format]).format, disc)
  if not text then
    return nil, failure, code
  end
  return file.create(path, text)
end

return sheet
