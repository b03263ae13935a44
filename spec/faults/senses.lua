--- Every sense that a writer must know, from what drives mean by it: groups of
-- codes with what the caller is told in the end. Written from MMC-6 annex F and
-- from what burners do, not from src/mmc/sense_table.h: that each row of that
-- table is covered here is a spec (faults_spec.lua).
--
-- A row: key, asc, first ascq, last ascq, group, code of the failure.
local senses = {}

local rows <const> = {
  -- Done, whatever else is said.
  {0, 0x00, 0, 0, "done"},
  {1, 0x00, 0, 0, "done"}, {1, 0x0C, 0, 2, "done"}, {1, 0x17, 0, 9, "done"},
  {1, 0x18, 0, 8, "done"}, {1, 0x73, 1, 1, "done"}, {1, 0x73, 6, 6, "done"},
  {1, 0x73, 0x10, 0x10, "done"}, {1, 0x5D, 0, 3, "done"},
  {1, 0x0B, 1, 1, "done"},
  -- At work: it will be ready.
  {2, 0x04, 0x00, 0x00, "wait", "busy"}, {2, 0x04, 0x01, 0x01, "wait", "busy"},
  {2, 0x04, 0x02, 0x02, "wait", "busy"}, {2, 0x04, 0x04, 0x04, "wait", "busy"},
  {2, 0x04, 0x07, 0x07, "wait", "busy"}, {2, 0x04, 0x08, 0x08, "wait", "busy"},
  {2, 0x04, 0x09, 0x09, "wait", "busy"}, {2, 0x04, 0x0A, 0x10, "wait", "busy"},
  {2, 0x3E, 0x00, 0x00, "wait", "busy"},
  {6, 0x3F, 0x0E, 0x0E, "wait", "generic"},
  {6, 0x2E, 0x00, 0x00, "wait", "busy"},
  {2, 0x04, 0x03, 0x03, "fail", "device_not_accessible"},
  -- A second attempt may help, of what may be done twice.
  {3, 0x02, 0, 0, "retry", "generic"}, {4, 0x02, 0, 0, "retry", "generic"},
  {4, 0x05, 0, 0, "retry", "transport_error"},
  {3, 0x06, 0, 0, "retry", "generic"},
  {4, 0x08, 0, 0, "retry", "transport_error"},
  {4, 0x08, 1, 1, "retry", "transport_error"},
  {4, 0x08, 2, 2, "retry", "transport_error"},
  {4, 0x08, 3, 3, "retry", "transport_error"},
  {11, 0x08, 4, 4, "retry", "transport_error"},
  {4, 0x09, 0, 4, "retry", "generic"},
  {3, 0x10, 0, 0, "retry", "generic"}, {3, 0x11, 5, 5, "retry", "generic"},
  {3, 0x11, 6, 6, "retry", "generic"}, {3, 0x11, 0, 4, "retry", "generic"},
  {3, 0x15, 0, 2, "retry", "generic"},
  {4, 0x3E, 1, 3, "retry", "generic"},
  {11, 0x47, 0, 3, "retry", "transport_error"},
  {11, 0x4E, 0, 0, "retry", "transport_error"},
  {11, 0x00, 0, 0, "retry", "transport_error"},
  -- Something has happened meanwhile: ask for all anew.
  {6, 0x28, 0, 0, "changed", "wrong_disc"},
  {6, 0x28, 1, 2, "changed", "wrong_disc"},
  {6, 0x29, 0, 4, "reset", "generic"}, {6, 0x2A, 1, 1, "reset", "generic"},
  {6, 0x2A, 2, 3, "reset", "generic"}, {6, 0x2F, 0, 0, "reset", "generic"},
  {6, 0x3F, 0, 3, "reset", "generic"},
  {6, 0x5A, 1, 1, "reset", "user_abort"},
  {6, 0x5A, 2, 2, "reset", "cannot_write_to_media"},
  {6, 0x5A, 3, 3, "reset", "generic"},
  {6, 0x00, 0, 0, "reset", "generic"},
  -- What was asked for is refused.
  {5, 0x1A, 0, 0, "refused", "unsupported"},
  {5, 0x20, 0, 0, "refused", "unsupported"},
  {5, 0x24, 0, 0, "refused", "unsupported"},
  {5, 0x25, 0, 0, "refused", "device_not_present"},
  {5, 0x26, 0, 4, "refused", "unsupported"},
  {5, 0x39, 0, 0, "refused", "unsupported"},
  {5, 0x64, 0, 0, "refused", "generic"},
  {5, 0x64, 1, 1, "refused", "unsupported"},
  {5, 0x6F, 0, 5, "refused", "unsupported"},
  {5, 0x2C, 0, 0, "order", "generic"},
  {5, 0x00, 0, 0, "refused", "unsupported"},
  {5, 0x21, 0, 0, "refused", "disc_full"},
  {5, 0x21, 2, 2, "refused", "cannot_write_to_media"},
  {5, 0x21, 3, 3, "refused", "cannot_write_to_media"},
  {5, 0x63, 0, 0, "refused", "disc_full"},
  {5, 0x63, 1, 1, "refused", "disc_full"},
  {5, 0x72, 1, 1, "refused", "initialize_endwrite"},
  {5, 0x72, 2, 2, "refused", "initialize_endwrite"},
  {5, 0x72, 3, 3, "refused", "initialize_endwrite"},
  {5, 0x72, 4, 4, "refused", "initialize_endwrite"},
  {5, 0x72, 5, 5, "refused", "disc_full"},
  {5, 0x30, 0, 0, "refused", "medium_invalid_type"},
  {5, 0x30, 5, 5, "refused", "medium_invalid_type"},
  {5, 0x30, 6, 6, "refused", "medium_invalid_type"},
  {5, 0x30, 9, 9, "refused", "medium_invalid_type"},
  {5, 0x30, 10, 10, "refused", "medium_invalid_type"},
  {5, 0x53, 2, 2, "refused", "device_not_accessible"},
  -- It will not work.
  {2, 0x30, 1, 1, "fail", "medium_invalid_type"},
  {2, 0x30, 2, 2, "fail", "medium_invalid_type"},
  {2, 0x30, 4, 4, "fail", "medium_invalid_type"},
  {2, 0x3A, 0, 0, "absent", "medium_not_present"},
  {2, 0x3A, 1, 1, "absent", "medium_not_present"},
  {2, 0x3A, 2, 2, "absent", "medium_not_present"},
  {2, 0x00, 0, 0, "fail", "busy"},
  {3, 0x0C, 0, 0, "fail", "cannot_write_to_media"},
  {3, 0x0C, 2, 2, "fail", "cannot_write_to_media"},
  {3, 0x0C, 7, 7, "fail", "cannot_write_to_media"},
  {3, 0x0C, 8, 8, "fail", "cannot_write_to_media"},
  {3, 0x0C, 9, 9, "fail", "loss_of_streaming"},
  {3, 0x0C, 10, 10, "fail", "cannot_write_to_media"},
  {3, 0x00, 0, 0, "fail", "cannot_write_to_media"},
  {3, 0x31, 0, 0, "fail", "cannot_write_to_media"},
  {3, 0x31, 1, 1, "fail", "cannot_write_to_media"},
  {3, 0x32, 0, 0, "fail", "cannot_write_to_media"},
  {3, 0x51, 0, 0, "fail", "cannot_write_to_media"},
  {3, 0x51, 1, 1, "fail", "cannot_write_to_media"},
  {3, 0x57, 0, 0, "fail", "disc_info"},
  {3, 0x72, 0, 0, "fail", "initialize_endwrite"},
  {3, 0x73, 0, 0, "fail", "initialize_write"},
  {3, 0x73, 1, 1, "full", "initialize_write"},
  {3, 0x73, 6, 6, "full", "initialize_write"},
  {3, 0x73, 0x10, 0x10, "full", "initialize_write"},
  {3, 0x73, 2, 2, "fail", "initialize_write"},
  {3, 0x73, 3, 3, "fail", "initialize_write"},
  {3, 0x73, 4, 4, "fail", "initialize_write"},
  {3, 0x73, 5, 5, "fail", "initialize_write"},
  {3, 0x73, 0x11, 0x11, "fail", "initialize_write"},
  {4, 0x00, 0, 0, "fail", "generic"}, {4, 0x44, 0, 0, "fail", "generic"},
  {4, 0x53, 0, 0, "fail", "generic"},
  {7, 0x27, 0, 0, "fail", "cannot_write_to_media"},
  {7, 0x00, 0, 0, "fail", "cannot_write_to_media"},
  {8, 0x00, 0, 0, "fail", "medium_not_blank"},
  {9, 0x80, 0, 0, "fail", "generic"},
  {13, 0x00, 0, 0, "fail", "disc_full"},
  {14, 0x1D, 0, 0, "fail", "verify_failed"},
}

--- All of them: {key, asc, first, last, group, code, text}. `text` names the
-- row, by its first code.
senses.list = {}
for i, row in ipairs(rows) do
  senses.list[i] = {
    key = row[1], asc = row[2], first = row[3], last = row[4],
    group = row[5], code = row[6] or "ok",
    text = ("%X/%02X/%02X"):format(row[1], row[2], row[3]),
  }
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
