--- Makes the seeds anew: what real drives, discs, sheets and reports say, as
-- the fuzzers take it.
--
--     make && LUA_PATH='./lua/?.lua;./lua/?/init.lua;./?.lua;;' \
--       LUA_CPATH='./build/?.so;;' lua5.4 fuzz/seeds.lua
local discrecorder = require "discrecorder"
local cdtext = require "discrecorder.cdtext"

local folder = os.tmpname()
os.remove(folder)
assert(os.execute("mkdir -p " .. folder))

local function slurp(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function seed(target, name, bytes)
  os.execute("mkdir -p fuzz/seeds/" .. target)
  local file <close> = assert(io.open(
    ("fuzz/seeds/%s/%s"):format(target, name), "wb"))
  assert(file:write(bytes))
end

local function from_hex(text)
  return (text:gsub("%X", ""):gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end

-- === discs, and what was said to and of them ===

local next_disc = 0

-- A new disc, and what `work(rec)` does to it: its file, and the trace.
local function disc_with(medium, work)
  next_disc = next_disc + 1
  local path = ("%s/%d.disc"):format(folder, next_disc)
  local trace = path .. ".trace"
  do
    local rec <close> = assert(discrecorder.recorder(
      ("virtual:%s?medium=%s&serial=SEED"):format(path, medium),
      {trace = trace}))
    assert(rec:open_exclusive())
    work(rec)
    assert(rec:medium())
    rec:close()
  end
  collectgarbage()
  collectgarbage()
  return path, trace
end

local function send(rec, cdb, data)
  rec:command(from_hex(cdb), type(data) == "string" and "out"
    or data and "in" or "none", data)
end

local function write(rec, lba, blocks)
  send(rec, ("2A 00 %08X 00 %04X 00"):format(lba, blocks),
    ("x"):rep(2048 * blocks))
end

local SYNC <const> = "35 00 00 00 00 00 00 00 00 00"
local CLOSE_TRACK <const> = "5B 00 01 00 00 01 00 00 00 00"
local CLOSE_SESSION <const> = "5B 00 02 00 00 00 00 00 00 00"

local function page_05(rec, byte2, byte3, byte4)
  local page = ("\5\x32" .. string.char(byte2, byte3, byte4)
    .. ("\0"):rep(10) .. "\x96" .. ("\0"):rep(36))
  send(rec, "55 10 00 00 00 00 00 00 3C 00", ("\0"):rep(8) .. page)
end

local function tracks_at_once(rec)
  page_05(rec, 0x41, 0xC4, 8)
  write(rec, 0, 32)
  send(rec, SYNC)
  send(rec, CLOSE_TRACK)
  send(rec, CLOSE_SESSION)
  page_05(rec, 0x41, 0x04, 8)
  send(rec, "53 00 00 00 00 00 00 04 00 00")
end

local function fragments(rec)
  write(rec, 0, 16)
  send(rec, SYNC)
  send(rec, CLOSE_TRACK)
  send(rec, CLOSE_SESSION)
  send(rec, "53 00 00 00 00 00 00 00 40 00")
  write(rec, 0, 32)
end

local function incremental(rec)
  page_05(rec, 0x40, 0xC5, 8)
  fragments(rec)
end

local function format(kind)
  return function(rec)
    send(rec, "04 11 00 00 00 00", string.pack(">BBI2I4BI3", 0, 2, 8,
      0xFFFFFFFF, kind << 2, 0))
    for _ = 1, 50 do
      send(rec, "00 00 00 00 00 00")
    end
    write(rec, 0, 32)
  end
end

local SHEET <const> = from_hex [[
  01 00 00 01 00 00 00 00
  03 01 44 45 41 42 43 30 03 01 36 30 30 30 30 31
  01 01 00 00 00 00 00 00 01 01 01 00 00 00 02 00
  01 02 00 00 00 00 06 00 01 02 01 00 00 00 08 00
  01 AA 01 01 00 00 10 00]]

local function at_once(rec)
  page_05(rec, 0x42, 0xC0, 0)
  send(rec, ("5D 00 00 00 00 00 %06X 00"):format(#SHEET), SHEET)
  send(rec, "2A 00 FF FF FF 6A 00 00 0D 00", ("a"):rep(13 * 2352))
  send(rec, SYNC)
end

local works <const> = {
  {"cd-r", tracks_at_once}, {"cd-rw", at_once}, {"dvd+r", fragments},
  {"dvd+r-dl", fragments}, {"dvd-r", incremental}, {"dvd-r-dl", incremental},
  {"dvd-rw", format(0x15)}, {"dvd+rw", format(0x26)},
  {"dvd-ram", format(0x00)}, {"bd-r", format(0x32)}, {"bd-r-tl", fragments},
  {"bd-re", format(0x30)},
}

-- === drive: answers as fuzz/drive.c reads them ===

local function answers(trace)
  local list, bytes = {}, 0
  for line in slurp(trace):gmatch "[^\n]+" do
    local status = line:match "^answer %d+ status=(%l+)"
    local reply = from_hex(line:match " in=(%x+)" or "")
    local sense = from_hex(line:match " sense=(%x+)" or "")
    if status == "good" then
      table.insert(list, string.pack(">Bs2", 0, reply))
    elseif status == "check" then
      table.insert(list, "\x0B" .. string.char(sense:byte(3) & 15,
        sense:byte(13), sense:byte(14)))
    end
    bytes = bytes + #(list[#list] or "")
    if bytes > 3500 then
      break
    end
  end
  return table.concat(list)
end

-- === packets: command blocks as fuzz/packets.c reads them ===

local LENGTHS <const> = {[0] = 6, 10, 10, 6, 16, 12, 6, 6}

-- A question's data is as it was when it is short; else bytes alike.
local function packet(line)
  local cdb = from_hex(line:match " cdb=(%x+)")
  local direction, length = line:match " dir=(%l+) len=(%d+)"
  local out = from_hex(line:match " out=(%x+)" or "")
  length = math.tointeger(length)
  cdb = cdb .. ("\0"):rep(LENGTHS[cdb:byte() >> 5] - #cdb)
  if direction == "out" and out ~= "" then
    return cdb .. string.pack(">Bs2", 2, out)
  elseif direction == "out" then
    return cdb .. string.pack(">BBI2", 3, 0x78, math.min(length, 65535))
  elseif direction == "in" then
    return cdb .. string.pack(">BI2", 1, math.min(length, 65535))
  end
  return cdb .. "\0"
end

local function packets(number, trace)
  local list, bytes = {string.char(number, 0)}, 0
  local written = 0
  for line in slurp(trace):gmatch "[^\n]+" do
    if line:find "^packet" and (line:find " dir=out" or written < 12) then
      local one = packet(line)
      written = written + 1
      if bytes + #one < 560 then
        table.insert(list, one)
        bytes = bytes + #one
      end
    end
  end
  return table.concat(list)
end

-- === disc: a description as fuzz/disc.c reads it ===

local function description(path)
  local file <close> = assert(io.open(path, "rb"))
  local best, body = -1, nil
  file:seek("set", 4096)
  local cell = file:read(24)
  for slot = 1, 3 do
    file:seek("set", 65536 * slot)
    local length, generation = string.unpack(">I4xxxxI8",
      file:read(24), 9)
    if generation > best and length > 0 then
      best, body = generation, file:read(length)
    end
  end
  return string.char(1) .. string.pack(">I8", best) .. cell:sub(1, 24) .. body
end

for i, row in ipairs(works) do
  local path, trace = disc_with(row[1], row[2])
  seed("packets", row[1], packets(i - 1, trace))
  seed("disc", row[1], description(path))
  path, trace = disc_with(row[1], function() end)
  seed("disc", row[1] .. "-new", description(path))
  local _, read = disc_with(row[1], row[2])
  assert(read)
  -- Of the disc as it is then, from the first question of a new recorder.
  local again = path .. ".again"
  local whole = ("%s/%d.disc"):format(folder, next_disc)
  do
    local rec <close> = assert(discrecorder.recorder("virtual:" .. whole
      .. "?serial=SEED", {trace = again}))
    assert(rec:medium())
  end
  collectgarbage()
  seed("drive", row[1], "\0" .. answers(again))
  seed("drive", row[1] .. "-blank", "\0" .. answers(trace))
end

for i, reply in ipairs {
  -- CD-TEXT, Q, the codes of a CD, and a list of speeds.
  "\x09" .. string.pack(">BI2I2xx", 0, 4, 38) .. string.pack(">Bs2", 0,
    string.pack(">I2xx", 38) .. ("\x80\0\0\0" .. ("t"):rep(14)):rep(2)),
  "\x0A" .. string.pack(">Bs2", 0, ("\0"):rep(8) .. "\x80"
    .. "4006381333931\0\0"):rep(2),
  "\x0E" .. string.pack(">Bs2", 0, string.pack(">I4I4", 20, 0)
    .. string.pack(">I4I4I4I4", 0, 359848, 7056, 7056)),
  "\x10" .. string.pack(">Bs2", 0, (("\0"):rep(2352)
    .. "\x41\x01\x01\0\0\0\0\0\2\0" .. ("\0"):rep(6)):sub(1, 2368)),
  -- Q of as many blocks as are asked for, whole sectors, those of mode 2, and
  -- CD-TEXT of all the packs that there can be.
  "\x12" .. string.pack(">Bs2", 0x20, ("\0"):rep(2352)
    .. "\x41\x01\x01\0\0\0\0\0\2\0" .. ("\0"):rep(6)),
  "\x13" .. string.pack(">Bs2", 0x20, "\0\xFF\xFF\xFF"),
  "\x14" .. string.pack(">Bs2", 0x20, ("\0\0\x28\0"):rep(588)),
  "\x09" .. string.pack(">Bs2Bs2", 0, "\x90\2\0\0", 0x20, "\x90\2\0\0"
    .. "\x80\0\0\0" .. ("t"):rep(14)),
} do
  seed("drive", "reply" .. i, reply)
end

-- === ring: memory as a kernel fills it ===

do
  local START <const>, LENGTH <const>, DATA <const> = 128, 512, 640
  local function entry(at, cdb, pieces)
    local size = math.max(44 + 16 * #pieces, 112)
    size = (size + 7) // 8 * 8
    local e = string.pack("<I4I2BBI4I4I4I8I8I8", size + 16 | 1, 1, 0, 0,
      #pieces, 0, 0, START + at + size, 0, 0)
    for _, piece in ipairs(pieces) do
      e = e .. string.pack("<I8I8", piece[1], piece[2])
    end
    return e .. ("\0"):rep(size - #e) .. cdb .. ("\0"):rep(16 - #cdb)
  end
  local function ring(...)
    local body = ""
    for _, one in ipairs{...} do
      body = body .. entry(#body, one[1], one[2])
    end
    local box = string.pack("<I2I2I4I4I4", 2, 2, START, LENGTH, #body)
    return box .. ("\0"):rep(START - #box) .. body
  end
  seed("ring", "reads", ring({"\x12\0\0\0\x60\0", {{DATA, 96}}},
    {"\x28\0\0\0\0\0\0\0\1\0", {{DATA, 100}, {DATA + 128, 200}}}))
  seed("ring", "writes", ring({"\x2A\0\0\0\0\0\0\0\1\0",
    {{DATA, 100}, {DATA + 128, 200}}}, {"\0\0\0\0\0\1", {}}))
end

-- === iscsi: what a target answers ===

do
  -- A PDU whose tag, length and numbers the fuzzer puts right (7).
  local function pdu(op, flags, rest, data)
    local head = string.char(op, flags) .. ("\0"):rep(46)
    for at, bytes in pairs(rest or {}) do
      head = head:sub(1, at) .. bytes .. head:sub(at + #bytes + 1)
    end
    return "\7" .. string.pack(">s2", head .. (data or ""))
  end
  local ANY_TAG <const> = "\xFF\xFF\xFF\xFF"
  local first = pdu(0x23, 0x81, {[14] = "\0\1"}, "AuthMethod=None\0")
  local last = pdu(0x23, 0x87, {[14] = "\0\1"}, table.concat({
    "HeaderDigest=None", "DataDigest=None", "InitialR2T=Yes",
    "ImmediateData=No", "MaxRecvDataSegmentLength=8192",
    "MaxBurstLength=262144", "",
  }, "\0"))
  local function data_in(bytes, residual)
    return pdu(0x25, residual and 0x83 or 0x81, {
      [20] = ANY_TAG, [44] = string.pack(">I4", residual or 0),
    }, bytes)
  end
  local good = pdu(0x21, 0x80)
  local check = pdu(0x21, 0x80, {[3] = "\2"}, "\0\x12\x70\0\2\0\0\0\0\x0A"
    .. "\0\0\0\0\x3A\0\0\0\0\0")
  local wants = pdu(0x31, 0x80, {
    [20] = "\0\0\0\1", [44] = string.pack(">I4", 8192),
  })
  local bye = pdu(0x26, 0x80)
  seed("iscsi", "session", first .. last .. data_in(("i"):rep(36)) .. good
    .. data_in(("r"):rep(64), 8128) .. wants .. good
    .. data_in(("r"):rep(64), 1984) .. bye)
  seed("iscsi", "checks", first .. last .. check .. check .. check .. good
    .. check)
  seed("iscsi", "pings", first .. last .. pdu(0x20, 0x80, {
    [16] = ANY_TAG, [20] = "\0\0\0\2"}) .. data_in(("i"):rep(36))
    .. pdu(0x32, 0x80, {[16] = ANY_TAG, [36] = "\1"}) .. good
    .. pdu(0x3F, 0x80, {[2] = "\4"}, ("\0"):rep(48)))
  seed("iscsi", "chap", pdu(0x23, 0, nil, "AuthMethod=CHAP\0")
    .. pdu(0x23, 0, nil, "CHAP_A=5\0CHAP_I=1\0CHAP_C=0x0102030405060708\0")
    .. pdu(0x23, 0x81, nil, "") .. last .. data_in(("i"):rep(36)))
  seed("iscsi", "elsewhere", pdu(0x23, 0x81, {[36] = "\1\1"},
    "TargetAddress=127.0.0.1:3261,1\0") .. first .. last)
  seed("iscsi", "refused", pdu(0x23, 0x81, {[36] = "\2\1"}) .. "\x80\0\0")
end

-- === sheets, images, texts, reports, maps, addresses ===

do
  local sheets = slurp "spec/sheet_fuzz_spec.lua"
  seed("cue", "album", sheets:match "cue = %[%[\n(.-)%]%]")
  seed("toc", "album", sheets:match "toc = %[%[\n(.-)%]%]")
end

local packs = assert(cdtext.encode{
  first_track = 1, toc = {lead_out = 20000, tracks = {0, 10000}},
  blocks = {
    {
      language = 9,
      disc = {title = "An album", performer = "Bänd", genre = "Jazz",
        disc_id = "XY", upc_ean = "4006381333931", closed = "Für uns"},
      tracks = {{title = "One", isrc = "USABC9912345"}, {title = "One"}},
    },
    {
      language = 0x69, encoding = "ms-jis", disc = {title = "アルバム"},
      tracks = {{title = "一"}, {}},
    },
  },
})
seed("cdtext", "packs", "\3" .. packs)
seed("cdtext", "lenient", "\7" .. packs:sub(1, 18 * 5))
seed("cdtext", "texts", "\0\0\0\0A title\n\0\1B\n\1\1Ä\n\6\0C\n")
-- An album of as many tracks as there can be, in two languages.
local function album()
  local blocks = {}
  for i, language in ipairs {9, 8} do
    local block = {language = language, disc = {title = "An album of all"},
      tracks = {}}
    for number = 1, 99 do
      block.tracks[number] = {
        title = "Song " .. number, performer = "By " .. number * i,
        message = number % 25 == i and "Für uns" or nil,
      }
    end
    blocks[i] = block
  end
  return assert(cdtext.encode{blocks = blocks})
end
local all = album()
assert(#all > 18 * 200)
seed("cdtext", "album", "\x0B" .. all)
do
  local lines = {}
  for number = 1, 99 do
    lines[number] = ("\0%cSong %d\n\1%cThem\n"):format(number, number, number)
  end
  seed("cdtext", "album-texts", "\8\0" .. table.concat(lines))
end
seed("cdtext", "jis", "\0\2\0\0アルバム\n\0\1B\n")

do
  local function chunk(id, ...)
    return id .. string.pack(">s4", table.concat{...})
  end
  local function cues(...)
    local list = {}
    for _, row in ipairs{...} do
      table.insert(list, string.pack(">BBBBi4", row[1], row[2], row[3], 0,
        row[4]))
    end
    return table.concat(list)
  end
  local head = string.pack(">I4c13BBBBB", 0, "4006381333931", 0, 1, 0, 1, 1)
  local last = chunk("SINF", "\0\0\0\1") .. chunk "END!"
  seed("nrg", "version2", chunk("CUEX", cues({1, 0, 0, -150}, {1, 1, 0, -150},
      {1, 1, 1, 0}, {1, 1, 2, 100}, {1, 0xAA, 1, 300}))
    .. chunk("DAOX", head, string.pack(">c12I2BBBBi8i8i8", "USABC9912345",
      2352, 7, 0, 0, 1, 0, 150 * 2352, 450 * 2352))
    .. chunk("CDTX", packs:sub(1, 126)) .. chunk("SINF", "\0\0\0\1")
    .. chunk("ETN2", string.pack(">i8i8I4I4I8", 0, 2048 * 300, 0, 0, 0))
    .. last .. "NER5" .. ("\0"):rep(8))
  seed("nrg", "version1", chunk("CUES", cues({1, 1, 0, 0}, {1, 1, 1, 512}))
    .. chunk("DAOI", head, string.pack(">c12I2BBBBI4I4I4", "", 2048, 0, 0, 0,
      1, 0, 0, 2048 * 300))
    .. chunk("ETNF", string.pack(">I4I4I4I4I4", 0, 2048 * 300, 0, 0, 0))
    .. last .. "NERO" .. ("\0"):rep(4))
end

for name, address in pairs {
  virtual = "virtual:/a%20b/./disc?medium=cd-rw&minutes=74&model=cd-r&serial=X"
    .. "&buffer=64K&pace=1.5&quirk=no-opc",
  faults = "virtual:disc?fault=opcode:WRITE(10),nth:3,sense:3/0C/00;lba:1000,"
    .. "corrupt",
  rules = "packet:7,busy:20;opcode:2Ah,longer:64K,times:2,gone;nth:1,short:4,"
    .. "opcode:READ TOC/PMA/ATIP",
  node = "/dev/sr0", cdio = "cdio:/dev/../dev//sr0", replay = "replay:x.trace",
} do
  seed("address", name, address)
end

seed("map", "begun", [[
# Mapfile. Created by discrecorder
# disc: 0123456789abcdef0123456789abcdef
# current_pos  current_status  current_pass
0x00000800     ?               1
#      pos        size  status
0x00000000  0x00000800  +
0x00000800  0x00001000  -
0x00001800  0x0000800   *
0x00002000  0x00008000  /
0x0000A000  0x00016000  ?
]])

do
  local function asked(number, cdb, direction, length, answer)
    return ("packet %d at=0.1 opcode=\"X\" cdb=%s dir=%s len=%d timeout=9\n")
      :format(number, cdb, direction, length)
      .. ("answer %d %s\n"):format(number, answer)
  end
  seed("trace", "short", [[
discrecorder-trace 1 address="virtual:/x" program="discrecorder" asks=freely
acquire at=0.000000000 ok
]] .. asked(1, "120000002400", "in", 36,
    "status=good moved=5 elapsed=0.000100000 in=0580000000")
    .. asked(2, "000000000000", "none", 0, "status=check moved=0 elapsed=0.0 "
    .. "sense=70000200000000000a000000003a00000000")
    .. asked(3, "28000000000000000200", "in", 4096,
    "status=good moved=4096 elapsed=0.0 sum=cbf29ce484222325")
    .. "release at=3.2\n")
end

seed("report", "disc", [[{"ok":true,"tracks":[{"number":1,"kind":"data",]]
  .. [["start":0,"blocks":2,"bytes":4096,"sha256":"e3b0"},{"kind":"audio",]]
  .. [["start":2,"blocks":1,"sha256":"e3"}],"sample":{"track":1,"frame":2,]]
  .. [["data":"0011223344556677"}}]])
seed("report", "small", [[{"tracks":[{"start":0,"blocks":1,"sha256":""}]}]])

-- === contents: tracks and answers as fuzz/contents.lua reads them ===

do
  local plain = "\0\5\1\1\1" -- Q of where it is, track 1, index 1
  seed("contents", "audio", "\0\2" .. "\0\x50\0" .. "\0\x40\0"
    .. "\0\x30\0" .. "\1\1" .. ("\1\1"):rep(3) .. "\0\0"
    .. (plain .. "\0\5\0\2\0"):rep(8))
  seed("contents", "quick", "\1\1" .. "\x40\x50\0" .. "\1\x40\x20"
    .. "\0\0" .. "4006381333931" .. "\0\0USABC9912345" .. "\0\2"
    .. packs:sub(1, 36))
  seed("contents", "sessions", "\0\1" .. "\0\x50\0" .. "\xA5\x40\0"
    .. "\1\1" .. plain:rep(6) .. "\x0F\2\x11" .. plain:rep(6))
end

-- === volume: blocks as fuzz/volume.lua reads them ===

do
  local path = folder .. "/image"
  assert(os.execute(("mkdir -p %s/tree/sub && echo hello > %s/tree/a.txt && "
    .. "ln -s a.txt %s/tree/link && echo other > %s/tree/sub/b.txt && "
    .. "genisoimage -quiet -udf -R -V SEED -o %s %s/tree"):format(folder,
    folder, folder, folder, path, folder)))
  local image = slurp(path)
  local last = #image // 2048
  -- Its last blocks are all anchors.
  local function blocks(second, ...)
    local list = {string.pack(">I2I2", last - 1, second)}
    for _, run in ipairs{...} do
      for block = run[1], run[2] do
        local data = image:sub(block * 2048 + 1, block * 2048 + 2048)
          :gsub("%z+$", "")
        if data ~= "" then
          table.insert(list, string.pack(">I2Bs2", block,
            block >= 32 and 1 or 0, data))
        end
      end
    end
    return table.concat(list)
  end
  seed("volume", "bridge", blocks(0, {16, 47}, {256, 274},
    {last - 1, last - 1}))
  seed("volume", "sessions", blocks(300, {16, 17}))
end

assert(os.execute("rm -r " .. folder))
