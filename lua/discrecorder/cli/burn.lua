--- discrecorder burn, discrecorder append, discrecorder write
-- @module discrecorder.cli.burn

local burning = require "discrecorder.cli.burning"

-- Where --manifest puts the sums on the disc.
local MANIFEST <const> = "SHA256SUMS"

-- What ISO 9660 can tell: to the end of 2155.
local LAST_DATE <const> = 5869583999

local function seconds(text)
  local number = math.tointeger(tonumber(text))
  if number and number >= 0 and number <= LAST_DATE then
    return number
  end
  return nil, ("'%s' is no number of seconds since 1970"):format(text)
end

-- What is wrong with the environment's date, where it counts.
local function wrong_environment(arguments)
  local text = os.getenv "SOURCE_DATE_EPOCH" or ""
  local _, wrong = seconds(text)
  if not arguments.date and text ~= "" and wrong then
    return "SOURCE_DATE_EPOCH: " .. wrong
  end
end

-- A second file for one name would take the first one's place unseen.
local function mapped_twice(maps)
  local seen = {}
  for _, map in ipairs(maps) do
    if seen[map.disc] then
      return ("'%s' is mapped twice"):format(map.disc)
    end
    seen[map.disc] = true
  end
end

-- "/on/disc=host/path", split at the first "=".
local function mapping(text)
  local on_disc, on_host = text:match("^(/[^=]*)=(.+)$")
  if on_disc then
    return {disc = on_disc, host = on_host}
  end
  return nil, ("'%s' is not /ON/DISC=HOST"):format(text)
end

-- What burn and append have in common: the files.
local function declare_files(command)
  command:argument("address", "The recorder."):args(1)
  command:argument("path", "A file or a folder."):args("*")
  command:option("--map", "Put a file or folder of this machine elsewhere.")
    :argname("/ON/DISC=HOST"):count("*"):convert(mapping)
  command:option("--volume-id", "The name of the disc."):argname("ID")
  command:option("--exclude", "Leave out what has such a name.")
    :argname("PATTERN"):count("*")
  command:option("--md5", "MD5 sums for xorriso: session, files or none.")
    :choices{"session", "files", "none"}
  command:flag("--manifest",
    ("Put SHA-256 sums of all files on the disc, as %s."):format(MANIFEST))
  command:flag("--follow-links", "Burn what symbolic links point to.")
  command:flag("--allow-invalid-utf8", "Burn names that are no UTF-8, too.")
  command:option("--date", "Give everything this date: the same files make " ..
    "the same disc."):argname("SECONDS"):convert(seconds)
end

local function check_files(arguments)
  if #arguments.path == 0 and #arguments.map == 0 then
    return "missing argument 'path'"
  end
  return mapped_twice(arguments.map) or wrong_environment(arguments)
end

-- The files in the arguments as the library takes them, and what is said of
-- them into the options.
local function take_files(arguments, options)
  local paths = table.move(arguments.path, 1, #arguments.path, 1, {})
  for _, map in ipairs(arguments.map) do
    paths[map.disc] = map.host
  end
  options.volume_id = arguments.volume_id
  options.exclude = #arguments.exclude > 0 and arguments.exclude or nil
  options.md5 = arguments.md5
  options.manifest = arguments.manifest
  options.follow_links = arguments.follow_links
  options.invalid_utf8 = arguments.allow_invalid_utf8 and "allow" or nil
  options.date = arguments.date
  return paths
end

local burn = {
  name = "burn",
  summary = "Burn files and folders, and read them back.",
  check = check_files,
}

function burn.declare(command)
  command:description(
    "Burn files and folders onto a blank disc, or with --as-needed on one " ..
    "that can be erased or overwritten, and read them back. What is in one " ..
    "folder goes to the root of the disc; of several paths, each goes there " ..
    "under its own name."
  )
  declare_files(command)
  command:flag("--keep-open", "Leave the disc open for another session.")
  burning.declare(command)
  burning.declare_data(command)
end

function burn.run(session)
  return burning.run(session, function(rec, options)
    local paths = take_files(session.arguments, options)
    return require("discrecorder.burn").tree_start(rec, paths, options)
  end)
end

local append = {
  name = "append",
  summary = "Add files and folders to a disc that was left open.",
  check = check_files,
}

function append.declare(command)
  command:description(
    "Add a session to a disc that was left open or that can be overwritten, " ..
    "or begin a blank one, and read the new session back. The disc stays " ..
    "open for more unless --close is given."
  )
  declare_files(command)
  command:option("--how", "merge: join what is on the disc. replace: what is "
    .. "named takes the place of whole folders. independent: show only what "
    .. "is new."):choices{"merge", "replace", "independent"}
  command:flag("--only-changed",
    "Leave files where they are that have the disc's size and time.")
  command:flag("--remove-missing",
    "Show no more what is gone from the folders that are named.")
  command:flag("--close", "Close the disc for good.")
  burning.declare(command, "Format a disc that is not formatted.")
  burning.declare_data(command)
end

function append.run(session)
  local arguments = session.arguments
  return burning.run(session, function(rec, options)
    local paths = take_files(arguments, options)
    options.how = arguments.how
    options.only_changed = arguments.only_changed
    options.remove_missing = arguments.remove_missing
    options.keep_open = not arguments.close
    return require("discrecorder.append").tree_start(rec, paths, options)
  end)
end

local write = {
  name = "write",
  summary = "Write an ISO image, and read it back.",
}

function write.declare(command)
  command:description(
    "Write an image of blocks of 2048 bytes onto a blank disc as it is, or " ..
    "with --as-needed on one that can be erased or overwritten, and read it " ..
    "back. \"-\" is what comes from standard input, as much as it is; zeros " ..
    "fill its last block."
  )
  command:argument("address", "The recorder."):args(1)
  command:argument("image", "The image, or -."):args(1)
  command:flag("--keep-open", "Leave the disc open for another session.")
  burning.declare(command)
  burning.declare_data(command)
end

local function write_input(rec, options)
  local made, failure, code =
    require("discrecorder.source").pipe("/dev/stdin")
  if not made then
    return nil, failure, code
  end
  options.tracks = {{source = made}}
  return require("discrecorder.burn").start(rec, options)
end

function write.run(session)
  return burning.run(session, function(rec, options)
    if session.arguments.image == "-" then
      return write_input(rec, options)
    end
    return require("discrecorder.burn").image_start(
      rec,
      session.arguments.image,
      options
    )
  end)
end

return {burn, append, write}
