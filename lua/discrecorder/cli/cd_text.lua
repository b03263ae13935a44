--- discrecorder cd-text
-- @module discrecorder.cli.cd_text

local cdtext = require "discrecorder.cdtext"
local file = require "discrecorder.file"
local sheet_packs = require "discrecorder.cli.packs"

local cd_text = {
  name = "cd-text",
  summary = "Show the CD-TEXT of a sheet, or make its packs.",
}

function cd_text.declare(command)
  command:description(
    "List the texts of a CUE sheet, a TOC file, an NRG image, or of a file " ..
    "of packs; or print or write the packs that they become."
  )
  command:argument("sheet", "SHEET.cue, .toc, .nrg, or packs."):args(1)
  command:option("--output", "Write the packs to a file."):argname("FILE")
  sheet_packs.declare(command)
  command:flag("--hex", "Print the packs.")
  command:flag("--toc", "Add the tracks' addresses (type 88h).")
end

local function hex_lines(packs)
  local lines = {}
  for at = 1, #packs - 17, 18 do
    local bytes = {packs:byte(at, at + 17)}
    for i, byte in ipairs(bytes) do
      bytes[i] = ("%02x"):format(byte)
    end
    table.insert(lines, table.concat(bytes, " "))
  end
  return lines
end

local KEYS <const> = {
  "title", "performer", "songwriter", "composer", "arranger", "message",
  "genre", "disc_id", "upc_ean", "isrc", "closed",
}

local function say_texts(console, title, text)
  if not next(text) then
    return
  end
  console:say("%s", title)
  for _, key in ipairs(KEYS) do
    if text[key] then
      console:say("  %-10s  %s", key, text[key])
    end
  end
end

local function list(console, texts)
  for _, block in ipairs(texts.blocks) do
    console:say("%s, %s", cdtext.languages[block.language] or
      "language " .. block.language, block.encoding or "unknown encoding")
    say_texts(console, "disc", block.disc)
    for i, track in ipairs(block.tracks) do
      say_texts(console, ("track %d"):format(texts.first_track + i - 1), track)
    end
  end
end

-- For JSON: without bytes that are no text.
local function result_of(packs, texts)
  for _, block in ipairs(texts.blocks) do
    block.language_name = cdtext.languages[block.language]
    for _, other in ipairs(block.other or {}) do
      other.payload = other.payload:gsub(".", function(c)
        return ("%02x"):format(c:byte())
      end)
    end
  end
  return {
    ok = true, blocks = texts.blocks, first_track = texts.first_track,
    toc = texts.toc, packs = hex_lines(packs), warnings = texts.warnings,
  }
end

function cd_text.run(session)
  local arguments, console = session.arguments, session.console
  local path = arguments.sheet
  local packs, failure, code = sheet_packs.read(path, arguments)
  if not packs then
    return nil, failure, code
  end
  local texts, wrong, why = cdtext.decode(packs, {lenient = true})
  if not texts then
    return nil, wrong, why
  end
  if arguments.output then
    local done, undone, reason = file.create(arguments.output, packs)
    if not done then
      return nil, undone, reason
    end
  end
  console:result(result_of(packs, texts))
  for _, warning in ipairs(texts.warnings) do
    console:note("warning: %s", warning.message)
  end
  if arguments.hex then
    for _, line in ipairs(hex_lines(packs)) do
      console:say("%s", line)
    end
  elseif not arguments.output then
    list(console, texts)
  else
    console:say("Wrote %d packs to %s.", #packs // 18, arguments.output)
  end
  return true
end

return {cd_text}
