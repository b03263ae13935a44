--- CD-TEXT packs from texts.
-- @module discrecorder.cdtext.encode

local charset = require "discrecorder.charset"
local fault = require "discrecorder.sheet.fault"
local names = require "discrecorder.cdtext.names"
local packs = require "discrecorder.cdtext.packs"

local DEFAULT_LANGUAGE <const> = 9 -- English
local DEFAULT_ENCODING <const> = "iso-8859-1"
local PREGAP <const> = 150 -- what an address in MSF is more than an LBA

local function cannot(pattern, ...)
  fault.with("unsupported", nil, pattern, ...)
end

local function to_bytes(text, encoding, what)
  if text:find "[\0\t]" then
    cannot("%s has a character in it that CD-TEXT uses itself", what)
  end
  local bytes, wrong = charset.encode(text, encoding)
  if not bytes then
    cannot("%s has '%s' in it, which %s has not", what, wrong, encoding)
  end
  return bytes
end

-- One pack behind the other --------------------------------------------------

local function add(block, type, track, position, payload, double)
  local flags = (double and 0x80 or 0) | block.number << 4
    | math.min(position, 15)
  table.insert(block.list, {type, track, flags, payload})
  block.counts[type] = (block.counts[type] or 0) + 1
end

-- Strings of one type, each with its track, cut into payloads of twelve bytes.
-- `head` comes before them (the code of a genre).
local function add_strings(block, type, strings, double, head)
  local width = double and 2 or 1
  local payload, track, position = head or "", strings[1].track, 0
  for _, one in ipairs(strings) do
    local bytes = one.bytes .. ("\0"):rep(width)
    local at = 1
    while at <= #bytes do
      if payload == "" then
        track, position = one.track, (at - 1) // width
      end
      local room = packs.PAYLOAD - #payload
      payload = payload .. bytes:sub(at, at + room - 1)
      at = at + room
      if #payload == packs.PAYLOAD then
        add(block, type, track, position, payload, double)
        payload = ""
      end
    end
  end
  if payload ~= "" then
    add(block, type, track, position, payload, double)
  end
end

-- The strings of one type: the disc's, then each track's; nil when all are
-- empty. A track's that equals the one before is a tab.
local function strings_of(block, row)
  local texts, encoding = block.texts, row.encoding or block.encoding
  local any = false
  local function bytes_of(text, key, what)
    local value = text and text[key] or ""
    any = any or value ~= ""
    return to_bytes(value, encoding, ("the %s of %s"):format(key, what))
  end
  local list = {{track = 0, bytes = bytes_of(texts.disc, row.key, "the disc")}}
  local before
  for i = 1, row.disc_only and 0 or block.tracks do
    local number = block.first + i - 1
    local bytes = bytes_of(texts.tracks and texts.tracks[i],
      row.track_key or row.key, "track " .. number)
    local same = bytes ~= "" and bytes == before
    before = bytes
    local tab = encoding == "ms-jis" and "\t\t" or "\t"
    table.insert(list, {
      track = number, bytes = same and #bytes > #tab and tab or bytes,
    })
  end
  return any and list or nil, encoding == "ms-jis"
end

-- A genre is a code, and a text where the code's name does not say it.
local function add_genre(block)
  local disc = block.texts.disc or {}
  local code, text = disc.genre_code, disc.genre
  local named = text and names.genre(text)
  if not code and not text then
    return
  elseif named and (not code or code == named) then
    code, text = named, ""
  end
  local bytes = to_bytes(text or "", "ascii", "the genre of the disc")
  add_strings(block, packs.GENRE, {{track = 0, bytes = bytes}}, false,
    string.pack(">I2", code or 1))
end

local function msf(address)
  address = address + PREGAP
  return string.char(address // 4500, address // 75 % 60, address % 75)
end

local function add_toc(block, toc)
  if not toc then
    return
  end
  local first, last = block.first, block.first + block.tracks - 1
  add(block, packs.TOC, 0, 0,
    string.char(first, last, 0) .. msf(toc.lead_out), false)
  for i = 1, block.tracks, 4 do
    local payload = ""
    for k = i, math.min(i + 3, block.tracks) do
      payload = payload .. msf(toc.tracks[k])
    end
    add(block, packs.TOC, first + i - 1, 0, payload, false)
  end
end

local function build(number, texts, all)
  local block = {
    number = number, texts = texts, list = {}, counts = {},
    encoding = texts.encoding or DEFAULT_ENCODING,
    first = all.first_track or 1, tracks = all.track_count,
  }
  for _, row in ipairs(packs.texts) do
    if row.type > packs.TOC and not block.toc_done then
      add_toc(block, number == 0 and all.toc)
      block.toc_done = true
    end
    if row.type == packs.GENRE then
      add_genre(block)
    else
      local strings, double = strings_of(block, row)
      if strings then
        add_strings(block, row.type, strings, double)
      end
    end
  end
  if #block.list + 3 > packs.MOST then
    cannot("the texts of language %d need %d packs; CD-TEXT has room for %d",
      number + 1, #block.list + 3, packs.MOST)
  end
  block.counts[packs.SIZES] = 3
  return block
end

local function language_of(texts)
  local code = texts.language or DEFAULT_LANGUAGE
  return type(code) == "string" and names.language(code) or code
end

local function check_languages(list)
  local blocks = {}
  for i, texts in ipairs(list) do
    blocks[i] = {
      language = language_of(texts),
      encoding = texts.encoding or DEFAULT_ENCODING,
    }
  end
  local n, language = names.twin(blocks)
  if n then
    cannot("language %d is %s, as one before it: a player could not tell them "
      .. "apart", n, language)
  end
end

-- The sizes, 36 bytes in three packs; they tell of all blocks.
local function add_sizes(block, blocks)
  local bytes = {string.char(packs.codes[block.encoding], block.first,
    block.first + block.tracks - 1, block.texts.copyright and 3 or 0)}
  for type = 0x80, 0x8F do
    table.insert(bytes, string.char(block.counts[type] or 0))
  end
  for i = 1, packs.BLOCKS do
    table.insert(bytes, string.char(blocks[i] and blocks[i].last or 0))
  end
  for i = 1, packs.BLOCKS do
    table.insert(bytes,
      string.char(blocks[i] and language_of(blocks[i].texts) or 0))
  end
  local whole = table.concat(bytes)
  for i = 0, 2 do
    table.insert(block.list, {packs.SIZES, i, block.number << 4,
      whole:sub(i * 12 + 1, i * 12 + 12)})
  end
end

--- All packs.
-- @tparam table texts see @{discrecorder.cdtext.encode}, checked already
-- @treturn string
return function(texts)
  local blocks, out = {}, {}
  if #texts.blocks > packs.BLOCKS then
    cannot("%d languages; CD-TEXT has room for %d", #texts.blocks,
      packs.BLOCKS)
  end
  check_languages(texts.blocks)
  local count = 0
  for _, one in ipairs(texts.blocks) do
    count = math.max(count, #(one.tracks or {}))
  end
  local all = {
    first_track = texts.first_track, toc = texts.toc,
    track_count = texts.track_count or count,
  }
  for i, one in ipairs(texts.blocks) do
    blocks[i] = build(i - 1, one, all)
    blocks[i].last = #blocks[i].list + 2
  end
  for _, block in ipairs(blocks) do
    add_sizes(block, blocks)
    for sequence, pack in ipairs(block.list) do
      table.insert(out, packs.make(pack[1], pack[2], sequence - 1, pack[3],
        pack[4]))
    end
  end
  return table.concat(out)
end
