--- Texts from CD-TEXT packs; nothing in them is trusted.
-- @module discrecorder.cdtext.decode

local charset = require "discrecorder.charset"
local fault = require "discrecorder.sheet.fault"
local names = require "discrecorder.cdtext.names"
local packs = require "discrecorder.cdtext.packs"

local SIZE <const> = packs.SIZE

local encoding_of, row_of = {}, {}
for encoding, code in pairs(packs.codes) do
  encoding_of[code] = encoding
end
for _, row in ipairs(packs.texts) do
  row_of[row.type] = row
end

-- What is wrong stops the decoding, or is noted where the caller wants that.
local function wrong(state, pattern, ...)
  if not state.lenient then
    fault.at(nil, pattern, ...)
  end
  table.insert(state.warnings, {
    code = "bad_cd_text", message = pattern:format(...),
  })
end

local function split(state, bytes)
  local list = {}
  for at = 1, #bytes, SIZE do
    local raw = bytes:sub(at, at + SIZE - 1)
    local type, track, sequence, flags, payload, crc = string.unpack(
      ">BBBBc12I2", raw)
    local number = at // SIZE
    local good = packs.crc(raw) == crc
    if not good then
      wrong(state, "pack %d: its CRC is wrong", number)
    elseif type < 0x80 or type > 0x8F then
      wrong(state, "pack %d: there is no type %02Xh", number, type)
    else
      table.insert(list, {
        number = number, type = type, track = track, sequence = sequence,
        double = flags & 0x80 ~= 0, block = flags >> 4 & 7,
        position = flags & 15, payload = payload,
      })
    end
  end
  return list
end

-- Packs by their block, in which they are counted from 0.
local function group(state, list)
  local blocks, order = {}, {}
  for _, pack in ipairs(list) do
    local block = blocks[pack.block]
    if not block then
      block = {number = pack.block, types = {}, counts = {}, count = 0}
      blocks[pack.block] = block
      if pack.block ~= #order then
        wrong(state, "pack %d: it begins block %d, not %d", pack.number,
          pack.block, #order)
      end
      table.insert(order, block)
    elseif order[#order] ~= block then
      wrong(state, "pack %d: block %d goes on behind another", pack.number,
        pack.block)
    end
    if pack.sequence ~= block.count then
      wrong(state, "pack %d: its number in block %d is %d, not %d",
        pack.number, pack.block, pack.sequence, block.count)
    end
    block.count = block.count + 1
    block.last = pack.sequence
    block.counts[pack.type] = (block.counts[pack.type] or 0) + 1
    local same = block.types[pack.type] or {}
    block.types[pack.type] = same
    table.insert(same, pack)
  end
  return order
end

-- Sizes ----------------------------------------------------------------------

local function check_sizes(state, block, bytes)
  for type = 0x80, 0x8F do
    local said = bytes:byte(type - 0x80 + 5)
    if said ~= (block.counts[type] or 0) then
      wrong(state, "block %d: %d packs of type %02Xh, and its sizes say %d",
        block.number, block.counts[type] or 0, type, said)
    end
  end
  local last = bytes:byte(21 + block.number)
  if last ~= block.last then
    wrong(state, "block %d: it ends with pack %d, and its sizes say %d",
      block.number, block.last, last)
  end
end

-- What a block's three packs of sizes say; what can be guessed where there are
-- none.
local function read_sizes(state, block)
  local list = block.types[packs.SIZES] or {}
  local bytes = ""
  for i, pack in ipairs(list) do
    if pack.track ~= i - 1 then
      wrong(state, "pack %d: it is part %d of the sizes, not %d", pack.number,
        pack.track, i - 1)
    end
    bytes = bytes .. pack.payload
  end
  if #bytes ~= 36 then
    wrong(state, "block %d: it has %d packs of sizes, not 3", block.number,
      #list)
    local tracks = state.tracks or {1, 99}
    return {code = 0, first = tracks[1], last = tracks[2], language = 9}
  end
  check_sizes(state, block, bytes)
  local code, first, last, copyright = bytes:byte(1, 4)
  if first < 1 or last < first or last > 99 then
    wrong(state, "block %d: it is of the tracks %d to %d", block.number,
      first, last)
    first, last = 1, 99
  end
  local tracks = state.tracks or {first, last}
  if first ~= tracks[1] or last ~= tracks[2] then
    wrong(state, "block %d: it is of the tracks %d to %d, not %d to %d",
      block.number, first, last, tracks[1], tracks[2])
    first, last = tracks[1], tracks[2]
  end
  return {
    code = code, first = first, last = last, copyright = copyright == 3,
    language = bytes:byte(29 + block.number),
  }
end

-- Texts ----------------------------------------------------------------------

-- The end of the string that begins at `at`, and where the next one begins.
local function string_end(bytes, at, width)
  while at + width - 1 <= #bytes do
    if bytes:sub(at, at + width - 1) == ("\0"):rep(width) then
      return at - 1, at + width
    end
    at = at + width
  end
end

-- What the heads of packs say about the text in them has to fit what is there.
local function check_heads(state, list, starts, width)
  local n = 1
  for i, pack in ipairs(list) do
    local at = (i - 1) * packs.PAYLOAD + 1
    while starts[n + 1] and starts[n + 1].at <= at do
      n = n + 1
    end
    local current = starts[n]
    local position = math.min(15, (at - current.at) // width)
    if current.rest then
      return -- padding
    elseif pack.track ~= current.track then
      wrong(state, "pack %d: it begins with track %d, not %d", pack.number,
        current.track, pack.track)
    elseif pack.position ~= position then
      wrong(state, "pack %d: %d characters of its text come before it, not %d",
        pack.number, position, pack.position)
    end
  end
end

-- The strings of a type, by track; 0 is the disc.
local function strings_of(state, block, row, list, skip)
  local double = list[1].double
  local width = double and 2 or 1
  local parts = {}
  for i, pack in ipairs(list) do
    parts[i] = pack.payload
    if pack.double ~= double then
      wrong(state, "pack %d: single and double bytes within type %02Xh",
        pack.number, row.type)
    end
  end
  local bytes = table.concat(parts)
  local track, at = list[1].track, 1 + skip
  if track > 0 and track < block.sizes.first then
    wrong(state, "block %d: type %02Xh begins with track %d, before the first",
      block.number, row.type, track)
    track = block.sizes.first
  end
  local strings, starts = {}, {}
  local last = row.disc_only and 0 or block.sizes.last
  while at <= #bytes and track <= last do
    local stop, following = string_end(bytes, at, width)
    table.insert(starts, {at = #starts == 0 and 1 or at, track = track})
    if not stop then
      wrong(state, "block %d: the text of type %02Xh has no end",
        block.number, row.type)
      stop, following = #bytes, #bytes + 1
    end
    strings[track] = bytes:sub(at, stop)
    track = track == 0 and block.sizes.first or track + 1
    at = following
  end
  if bytes:find("[^%z]", at) then
    wrong(state, "block %d: type %02Xh has texts for more than its tracks",
      block.number, row.type)
  end
  table.insert(starts, {at = at, rest = true})
  if skip == 0 then
    check_heads(state, list, starts, width)
  end
  return strings
end

local TABS <const> = {["\t"] = true, ["\t\t"] = true}

-- A tab stands for the text of the track before.
local function spread(state, block, strings)
  local before
  for track = block.sizes.first, block.sizes.last do
    local bytes = strings[track]
    if bytes and TABS[bytes] then
      if not before then
        wrong(state, "block %d: track %d repeats a text that is not there",
          block.number, track)
      end
      strings[track] = before
    end
    before = strings[track]
  end
end

local function decoder(state, block, row, list)
  local encoding = row.encoding or encoding_of[block.sizes.code]
  if row.encoding == "ascii" then
    encoding = "iso-8859-1" -- what is beyond ASCII is better shown than lost
  elseif list[1].double and not row.encoding then
    encoding = "ms-jis"
  end
  if not encoding then
    wrong(state, "block %d: there is no character code %02Xh", block.number,
      block.sizes.code)
    encoding = "iso-8859-1"
  end
  return function(bytes)
    return charset.decode(bytes, encoding)
  end
end

local function read_texts(state, block, texts, row, list)
  local is_genre = row.type == packs.GENRE
  if is_genre then
    texts.disc.genre_code = string.unpack(">I2", list[1].payload)
  end
  local strings = strings_of(state, block, row, list, is_genre and 2 or 0)
  spread(state, block, strings)
  local decode = decoder(state, block, row, list)
  if strings[0] and strings[0] ~= "" then
    texts.disc[row.key] = decode(strings[0])
  elseif is_genre and texts.disc.genre_code > 1 then
    texts.disc.genre = names.genres[texts.disc.genre_code]
  end
  for number, bytes in pairs(strings) do
    if number > 0 and bytes ~= "" then
      texts.tracks[number - block.sizes.first + 1][row.track_key or row.key] =
        decode(bytes)
    end
  end
end

-- The address of three bytes, MSF; nil when they are none.
local function address(bytes, at)
  local m, sec, f = bytes:byte(at, at + 2)
  if m < 100 and sec < 60 and f < 75 then
    return (m * 60 + sec) * 75 + f - 150
  end
end

-- The table of contents: addresses of the tracks, and of the lead-out.
local function read_toc(state, block, list)
  local bytes = {}
  for i = 2, #list do
    bytes[i - 1] = list[i].payload
  end
  local rest = table.concat(bytes)
  local first, last = list[1].payload:byte(1, 2)
  local sizes, count = block.sizes, last - first + 1
  if count < 1 or count * 3 > #rest then
    wrong(state, "block %d: its table of contents is cut off", block.number)
    return nil
  elseif first ~= sizes.first or last ~= sizes.last then
    wrong(state, "block %d: its table of contents is of the tracks %d to %d",
      block.number, first, last)
    return nil
  end
  local toc = {lead_out = address(list[1].payload, 4), tracks = {}}
  for i = 1, count do
    toc.tracks[i] = address(rest, i * 3 - 2)
  end
  if not toc.lead_out or #toc.tracks < count then
    wrong(state, "block %d: its table of contents has no addresses",
      block.number)
    return nil
  end
  return toc
end

local function read_block(state, block)
  block.sizes = read_sizes(state, block)
  state.tracks = {block.sizes.first, block.sizes.last}
  local texts = {
    language = block.sizes.language,
    encoding = encoding_of[block.sizes.code],
    copyright = block.sizes.copyright or nil,
    disc = {}, tracks = {},
  }
  local count = block.sizes.last - block.sizes.first + 1
  for i = 1, count do
    texts.tracks[i] = {}
  end
  for type = 0x80, 0x8E do
    local list = block.types[type]
    if list and row_of[type] then
      read_texts(state, block, texts, row_of[type], list)
    elseif list and type == packs.TOC then
      state.toc = state.toc or read_toc(state, block, list)
    elseif list then
      texts.other = texts.other or {}
      for _, pack in ipairs(list) do
        table.insert(texts.other, {
          type = type, track = pack.track, payload = pack.payload,
        })
      end
    end
  end
  return texts
end

--- All texts.
-- @tparam string bytes
-- @tparam boolean lenient
-- @treturn table
return function(bytes, lenient)
  local state = {lenient = lenient, warnings = {}}
  bytes = packs.whole(bytes)
  local texts = {blocks = {}, warnings = state.warnings}
  for _, block in ipairs(group(state, split(state, bytes))) do
    table.insert(texts.blocks, read_block(state, block))
    texts.first_track = texts.first_track or block.sizes.first
  end
  texts.toc = state.toc
  return texts
end
