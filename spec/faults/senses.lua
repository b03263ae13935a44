--- Every sense that a writer must know, from what drives mean by it: groups of
-- codes with what the caller is told in the end. Written from MMC-6 annex F and
-- from what burners do, not from src/mmc/sense_table.h: that each row of that
-- table is covered here is a spec (faults_spec.lua).
--
-- A row: group, code of the failure, and senses ("key/asc/ascq", or with the
-- last ascq of several).
local senses = {}

local rows <const> = {
  -- Done, whatever else is said.
  {"done", "ok",
    [[0/00/00 1/00/00 1/0C/00-02 1/17/00-09 1/18/00-08 1/73/01 1/73/06 1/73/10
      1/5D/00-03 1/0B/01]]},
  -- At work: it will be ready.
  {"wait", "busy",
    [[2/04/00 2/04/01 2/04/02 2/04/04 2/04/07 2/04/08 2/04/09 2/04/0A-10
      2/3E/00]]},
  {"wait", "generic", "6/3F/0E"},
  {"wait", "busy", "6/2E/00"},
  {"fail", "device_not_accessible", "2/04/03"},
  -- A second attempt may help, of what may be done twice.
  {"retry", "generic", "3/02/00 4/02/00"},
  {"retry", "transport_error", "4/05/00"},
  {"retry", "generic", "3/06/00"},
  {"retry", "transport_error", "4/08/00 4/08/01 4/08/02 4/08/03 B/08/04"},
  {"retry", "generic",
    "4/09/00-04 3/10/00 3/11/05 3/11/06 3/11/00-04 3/15/00-02 4/3E/01-03"},
  {"retry", "transport_error", "B/47/00-03 B/4E/00 B/00/00"},
  -- Something has happened meanwhile: ask for all anew.
  {"changed", "wrong_disc", "6/28/00 6/28/01-02"},
  {"reset", "generic", "6/29/00-04 6/2A/01 6/2A/02-03 6/2F/00 6/3F/00-03"},
  {"reset", "user_abort", "6/5A/01"},
  {"reset", "cannot_write_to_media", "6/5A/02"},
  {"reset", "generic", "6/5A/03 6/00/00"},
  -- What was asked for is refused.
  {"refused", "unsupported", "5/1A/00 5/20/00 5/24/00"},
  {"refused", "device_not_present", "5/25/00"},
  {"refused", "unsupported", "5/26/00-04 5/39/00"},
  {"refused", "generic", "5/64/00"},
  {"refused", "unsupported", "5/64/01 5/6F/00-05"},
  {"order", "generic", "5/2C/00"},
  {"refused", "unsupported", "5/00/00"},
  {"refused", "disc_full", "5/21/00"},
  {"refused", "cannot_write_to_media", "5/21/02 5/21/03"},
  {"refused", "disc_full", "5/63/00 5/63/01"},
  {"refused", "initialize_endwrite", "5/72/01 5/72/02 5/72/03 5/72/04"},
  {"refused", "disc_full", "5/72/05"},
  {"refused", "medium_invalid_type", "5/30/00 5/30/05 5/30/06 5/30/09 5/30/0A"},
  {"refused", "device_not_accessible", "5/53/02"},
  -- It will not work.
  {"fail", "medium_invalid_type", "2/30/01 2/30/02 2/30/04"},
  {"absent", "medium_not_present", "2/3A/00 2/3A/01 2/3A/02"},
  {"fail", "busy", "2/00/00"},
  {"fail", "cannot_write_to_media", "3/0C/00 3/0C/02 3/0C/07 3/0C/08"},
  {"fail", "loss_of_streaming", "3/0C/09"},
  {"fail", "cannot_write_to_media",
    "3/0C/0A 3/00/00 3/31/00 3/31/01 3/32/00 3/51/00 3/51/01"},
  {"fail", "disc_info", "3/57/00"},
  {"fail", "initialize_endwrite", "3/72/00"},
  {"fail", "initialize_write", "3/73/00"},
  {"full", "initialize_write", "3/73/01 3/73/06 3/73/10"},
  {"fail", "initialize_write", "3/73/02 3/73/03 3/73/04 3/73/05 3/73/11"},
  {"fail", "generic", "4/00/00 4/44/00 4/53/00"},
  {"fail", "cannot_write_to_media", "7/27/00 7/00/00"},
  {"fail", "medium_not_blank", "8/00/00"},
  {"fail", "generic", "9/80/00"},
  {"fail", "disc_full", "D/00/00"},
  {"fail", "verify_failed", "E/1D/00"},
}

local SENSE <const> = "(%x+)/(%x+)/(%x+)%-?(%x*)"

--- All of them: {key, asc, first, last, group, code, text}. `text` names the
-- sense, by its first code.
senses.list = {}
for _, row in ipairs(rows) do
  for key, asc, first, last in row[3]:gmatch(SENSE) do
    table.insert(senses.list, {
      key = tonumber(key, 16), asc = tonumber(asc, 16),
      first = tonumber(first, 16), last = tonumber(last, 16)
        or tonumber(first, 16),
      group = row[1], code = row[2],
      text = ("%s/%s/%s"):format(key, asc, first),
    })
  end
end

--- A code of a row, one of its ascqs.
-- @tparam table row of `senses.list`
-- @tparam function random(m, n)
function senses.draw(row, random)
  return ("%X/%02X/%02X"):format(row.key, row.asc,
    random(row.first, row.last))
end

--- The row of a sense as text, "3/0C/00".
function senses.find(text)
  local key, asc, ascq = text:match "^(%x)/(%x+)/(%x+)$"
  key, asc, ascq = tonumber(key, 16), tonumber(asc, 16), tonumber(ascq, 16)
  for _, row in ipairs(senses.list) do
    if row.key == key and row.asc == asc and row.first <= ascq
      and ascq <= row.last then
      return row
    end
  end
  error("no such sense among those of the faults: " .. text)
end

return senses
