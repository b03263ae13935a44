--- CD-TEXT: packs from texts, and texts from packs.
--
--    local cdtext = require "discrecorder.cdtext"
--    local packs = assert(cdtext.encode{blocks = {{
--      language = "english",
--      disc = {title = "Album", performer = "Band"},
--      tracks = {{title = "First"}, {title = "Second"}},
--    }}})
--    print(cdtext.decode(packs).blocks[1].tracks[2].title)
--
-- MMC-3 Annex J says what a pack is; Sony's documents what is in it. All texts
-- are UTF-8 here.
-- @module discrecorder.cdtext

local charset = require "discrecorder.charset"
local check = require("discrecorder.options").check
local fault = require "discrecorder.sheet.fault"
local names = require "discrecorder.cdtext.names"
local packs = require "discrecorder.cdtext.packs"

local cdtext = {}

--- Names of languages by code (EBU Tech 3264), and of genres by code.
cdtext.languages = names.languages
cdtext.genres = names.genres

-- What the tables may have: a mistyped key would be a text that is lost.
local TEXTS <const> = {
  blocks = "table", first_track = "integer", track_count = "integer",
  toc = "table", warnings = true,
}
local BLOCK <const> = {
  language = "integer or string", encoding = "string", copyright = "boolean",
  disc = "table", tracks = "table", other = true,
}
local DISC <const> = {genre_code = "integer"}
local TRACK <const> = {}

for _, row in ipairs(packs.texts) do
  DISC[row.key] = "string"
  if not row.disc_only then
    TRACK[row.track_key or row.key] = "string"
  end
end

local function wrong(pattern, ...)
  error("cdtext.encode: " .. pattern:format(...), 3)
end

local function check_block(block)
  check("cdtext.encode", block, BLOCK, 2)
  check("cdtext.encode", block.disc or {}, DISC, 2)
  for _, track in ipairs(block.tracks or {}) do
    check("cdtext.encode", track, TRACK, 2)
  end
  local language = block.language
  if type(language) == "string" and not names.language(language) or
      math.type(language) and (language < 0 or language > 255) then
    wrong("there is no language '%s'", language)
  elseif block.encoding and not packs.codes[block.encoding] then
    wrong("'%s' is none of iso-8859-1, ascii, ms-jis", block.encoding)
  end
  local code = block.disc and block.disc.genre_code or 0
  if code < 0 or code > 0xFFFF then
    wrong("there is no genre %d", code)
  end
end

local MOST <const> = 99 * 60 * 75 + 59 * 75 + 74 - 150 -- 99:59:74

local function check_toc(toc, count)
  check("cdtext.encode", toc, {lead_out = "integer", tracks = "table"}, 2)
  local addresses = {toc.lead_out, table.unpack(toc.tracks or {})}
  if #addresses ~= count + 1 then
    wrong("toc: the lead-out and %d tracks expected", count)
  end
  for _, address in ipairs(addresses) do
    if math.type(address) ~= "integer" or address < -150 or address > MOST then
      wrong("toc: '%s' is no address", tostring(address))
    end
  end
end

--- Packs from texts.
-- @tparam table texts `blocks`: a list of languages, each `language` (a code
-- or a name of @{cdtext.languages}; English), `encoding` (`"iso-8859-1"`,
-- `"ascii"`, `"ms-jis"`; the first of them), `copyright` (boolean), `disc` and
-- `tracks` (a list) with the texts: `title`, `performer`, `songwriter`,
-- `composer`, `arranger`, `message`; of the disc besides `disc_id`, `genre`,
-- `genre_code`, `closed`, `upc_ean`, of a track `isrc`. `first_track` (1).
-- `track_count`: where there are more tracks than texts. `toc`: `tracks` and
-- `lead_out`, LBAs for packs of type 88h
-- @treturn[1] string packs of 18 bytes
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: unsupported (more than fits, characters that the
-- encoding has not, one language twice in one encoding)
function cdtext.encode(texts)
  check("cdtext.encode", texts, TEXTS)
  local count = texts.track_count or 0
  for _, block in ipairs(texts.blocks or {}) do
    check_block(block)
    count = math.max(count, #(block.tracks or {}))
  end
  local first = texts.first_track or 1
  if not texts.blocks or #texts.blocks == 0 or count == 0 then
    error("cdtext.encode: there is no language, or no track", 2)
  elseif first < 1 or first + count - 1 > 99 then
    error("cdtext.encode: tracks are 1 to 99", 2)
  elseif texts.track_count and texts.track_count < count then
    error("cdtext.encode: there are more texts than tracks", 2)
  elseif texts.toc then
    check_toc(texts.toc, count)
  end
  local made, failure, code = fault.catch(nil,
    require "discrecorder.cdtext.encode", texts)
  if not made then
    failure.advice = "Shorten or change the texts, or do without CD-TEXT."
  end
  return made, failure, code
end

--- Texts from packs. A head of four bytes, as READ TOC/PMA/ATIP gives it, is
-- taken off.
-- @tparam string bytes
-- @tparam[opt] table options `lenient`: true goes on where something is wrong,
-- and lists it in `warnings`
-- @treturn[1] table as @{cdtext.encode} takes it; `other` of a block has the
-- packs of types that are no texts: `type`, `track`, `payload`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file
function cdtext.decode(bytes, options)
  options = options or {}
  if type(bytes) ~= "string" then
    error("cdtext.decode: the packs are a string", 2)
  end
  check("cdtext.decode", options, {lenient = "boolean"})
  return fault.catch(nil, require "discrecorder.cdtext.decode", bytes,
    options.lenient or false)
end

--- Packs of a file or a drive as a job takes them: without a head of four bytes
-- or a zero at the end, and without those whose CRC is wrong.
-- @tparam string bytes
-- @treturn[1] string packs
-- @treturn[1] {table,...} warnings, one for each that is left out
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file, when there is no pack, or none is right
function cdtext.sound(bytes)
  if type(bytes) ~= "string" then
    error("cdtext.sound: the packs are a string", 2)
  end
  return fault.catch(nil, require("discrecorder.cdtext.packs").sound, bytes)
end

--- Ready packs as they may be recorded: a wrong CRC is refused, since neither
-- drives nor players take such a pack for one; all else that is odd (counters,
-- sizes, texts for more tracks, one language twice) is a warning.
-- @tparam string bytes
-- @int tracks how many the disc will have
-- @treturn[1] string packs; their CRCs are made where all are zeros
-- @treturn[1] {table,...} warnings: none, or one `bad_cd_text`
-- @return[2] nil
-- @treturn[2] table failure
-- @treturn[2] string code: bad_file
function cdtext.judge(bytes, tracks)
  if type(bytes) ~= "string" or math.type(tracks) ~= "integer" then
    error("cdtext.judge: packs and a number of tracks expected", 2)
  end
  local sound, warnings, code = fault.catch(nil,
    require "discrecorder.cdtext.judge", bytes, tracks)
  if not sound then
    warnings.advice = "Leave such packs out (`cdtext.sound`), or all CD-TEXT."
  end
  return sound, warnings, code
end

-- Discs of discrecorder.sheet ------------------------------------------------

local function copy(text, known)
  local result = {}
  for key, value in pairs(text or {}) do
    if known[key] then
      result[key] = value
    end
  end
  return result
end

-- Can all texts of a language be in an encoding, but those that have their own?
local function fits(block, encoding)
  local lists = {block.disc, table.unpack(block.tracks)}
  for _, row in ipairs(packs.texts) do
    for _, text in ipairs(lists) do
      local value = not row.encoding and text[row.key]
      if value and not charset.encode(value, encoding) then
        return false
      end
    end
  end
  return true
end

-- Sheets do not say what their texts are in on a disc: Latin-1, or MS-JIS where
-- that has what Latin-1 has not.
local function choose_encoding(block)
  if not block.encoding and not fits(block, "iso-8859-1")
    and fits(block, "ms-jis") then
    block.encoding = "ms-jis"
    block.language = block.language or "japanese"
  end
end

local function plain(isrc)
  return isrc and isrc:gsub("%-", "")
end

-- Where the tracks and the lead-out are, if all lengths are known.
local function toc_of(disc)
  local toc, at = {tracks = {}}, 0
  for i, track in ipairs(disc.tracks) do
    if not track.blocks then
      return nil
    end
    toc.tracks[i] = at + track.pregap
    at = at + track.pregap + track.blocks
  end
  toc.lead_out = at
  return toc
end

local function has_texts(blocks)
  for _, block in ipairs(blocks) do
    if next(block.disc) then
      return true
    end
    for _, track in ipairs(block.tracks) do
      if next(track) then
        return true
      end
    end
  end
  return false
end

--- The texts of a disc of @{discrecorder.sheet}. Its MCN and its tracks' ISRCs
-- are among them unless it says others. A language without an encoding is in
-- Latin-1, or where that has not its characters and MS-JIS has, in MS-JIS.
-- @tparam table disc
-- @tparam[opt] table options `toc`: true adds the addresses, where all lengths
-- are known
-- @treturn table|nil for @{cdtext.encode}; nil when there is no text in it
function cdtext.of_disc(disc, options)
  options = options or {}
  check("cdtext.of_disc", options, {toc = "boolean"})
  local blocks = {{
    language = disc.language, encoding = disc.encoding,
    disc = disc.text, tracks = {},
  }}
  for i, track in ipairs(disc.tracks) do
    blocks[1].tracks[i] = track.text or {}
  end
  table.move(disc.translations or {}, 1, #(disc.translations or {}), 2, blocks)
  for n, block in ipairs(blocks) do
    local tracks = {}
    for i in ipairs(disc.tracks) do
      tracks[i] = copy(block.tracks and block.tracks[i], TRACK)
    end
    blocks[n] = {
      language = block.language, encoding = block.encoding,
      disc = copy(block.disc, DISC), tracks = tracks,
    }
    choose_encoding(blocks[n])
  end
  if not has_texts(blocks) then
    return nil
  end
  blocks[1].disc.upc_ean = blocks[1].disc.upc_ean or disc.mcn
  for i, track in ipairs(disc.tracks) do
    local text = blocks[1].tracks[i]
    text.isrc = plain(text.isrc) or track.isrc
  end
  return {
    blocks = blocks,
    first_track = disc.tracks[1].number,
    toc = options.toc and toc_of(disc) or nil,
  }
end

--- Give a disc of @{discrecorder.sheet} the texts of packs, in place of its
-- own.
-- @tparam table disc
-- @tparam table texts as @{cdtext.decode} gives them
function cdtext.attach(disc, texts)
  disc.translations = {}
  for n, block in ipairs(texts.blocks) do
    local shift = disc.tracks[1].number - (texts.first_track or 1)
    local tracks = {}
    for i in ipairs(disc.tracks) do
      tracks[i] = block.tracks[i + shift] or {}
    end
    if n == 1 then
      disc.text, disc.language = block.disc, block.language
      disc.encoding = block.encoding
      for i, track in ipairs(disc.tracks) do
        track.text = tracks[i]
      end
    else
      table.insert(disc.translations, {
        language = block.language, encoding = block.encoding,
        disc = block.disc, tracks = tracks,
      })
    end
  end
end

return cdtext
