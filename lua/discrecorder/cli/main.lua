--- The command: which words it understands, and what its exit status is.
--
-- 0: done. 1: failed; the message is on stderr, or with --json on stdout.
-- 2: wrong usage.
--
-- @module discrecorder.cli.main

local argparse = require "argparse"

local console = require "discrecorder.cli.console"
local failures = require "discrecorder.cli.failures"
local new_session = require("discrecorder.cli.session").new

local main = {}

local DONE <const>, FAILED <const>, USAGE <const> = 0, 1, 2

-- Which module has which commands, in the order in which help lists them.
local groups <const> = {
  {module = "discrecorder.cli.list", "list"},
  {module = "discrecorder.cli.info", "info"},
  {module = "discrecorder.cli.burn", "burn", "append", "write"},
  {module = "discrecorder.cli.audio", "audio"},
  {module = "discrecorder.cli.read", "read", "export"},
  {module = "discrecorder.cli.copy", "copy"},
  {module = "discrecorder.cli.verify", "verify"},
  {module = "discrecorder.cli.doctor", "doctor"},
  {module = "discrecorder.cli.medium", "erase", "format", "finish", "eject",
    "load"},
  {module = "discrecorder.cli.serve", "serve"},
  {module = "discrecorder.cli.cd_text", "cd-text"},
}

local function command_named(module, name)
  for _, command in ipairs(require(module)) do
    if command.name == name then
      return command
    end
  end
end

-- The commands that an argument may mean: the one that it names, else all.
local function commands_for(word)
  local all = {}
  for _, group in ipairs(groups) do
    for _, name in ipairs(group) do
      if name == word then
        return {command_named(group.module, name)}
      end
      table.insert(all, {group.module, name})
    end
  end
  for i, one in ipairs(all) do
    all[i] = command_named(one[1], one[2])
  end
  return all
end

-- A flag that ends the parsing: what it says is all that was asked for.
local function add_answer(parser, asked, flags, description, answer)
  parser:flag(flags, description):action(function()
    asked.answer = answer()
    error(asked.answer, 0)
  end)
end

-- What the command itself and each of its commands understand, before its name
-- and behind it: the parser would forget what stood before.
local function add_common(parser, asked)
  local function keep(name)
    return function(_, _, value)
      asked.common[name] = value or true
    end
  end
  parser:flag("--json", "Print the result, or the failure, as JSON.")
    :action(keep "json")
  parser:flag("--quiet", "Print nothing but failures."):action(keep "quiet")
  parser:option("--trace", "Write every packet to a file."):argname("FILE")
    :action(keep "trace")
  add_answer(parser, asked, "-h --help", "Show this help.", function()
    return parser:get_help()
  end)
  add_answer(parser, asked, "--version", "Show the version.", function()
    return "discrecorder " .. require("discrecorder").version
  end)
end

-- A command that stands first is the only one that is loaded.
local function new_parser(asked, first)
  local parser = argparse("discrecorder", "Burn, read, check and erase discs.")
    :add_help(false)
    :help_max_width(79)
    :command_target("command")
    :epilog(
      "An address is a device, or virtual:FILE?medium=cd-rw for a virtual\n" ..
      "recorder. `discrecorder COMMAND --help` tells more."
    )
  add_common(parser, asked)
  local commands = {}
  for _, command in ipairs(commands_for(first)) do
    local declared = parser:command(command.name, command.summary)
      :add_help(false)
      :summary(command.summary)
    command.declare(declared)
    add_common(declared, asked)
    commands[command.name] = command
  end
  return parser, commands
end

local function answer(said)
  if io.stdout:write(said, "\n") and io.stdout:flush() then
    return DONE
  end
  console.complain("the answer cannot be written")
  return FAILED
end

-- `--offset -30`: to argparse the number would be an option, but in one word.
local function join_negatives(argv)
  local list = {}
  for _, word in ipairs(argv) do
    local option = word:find "^%-%d" and (list[#list] or ""):match "^%-%-%a.*$"
    if option and not option:find("=", 1, true) then
      list[#list] = option .. "=" .. word
    else
      table.insert(list, word)
    end
  end
  return list
end

-- The arguments, or nil and an exit status when there is nothing left to do.
local function parse(argv)
  local asked = {common = {}}
  local parser, commands = new_parser(asked, argv[1])
  local ran, ok, arguments = pcall(parser.pparse, parser,
    join_negatives(argv))
  if asked.answer then
    return nil, answer(asked.answer)
  elseif not ran then
    error(ok, 0)
  end
  for name, value in pairs(ok and asked.common or {}) do
    arguments[name] = value
  end
  local command = ok and commands[arguments.command]
  local wrong = not ok and arguments or
    command.check and command.check(arguments)
  if wrong then
    console.complain("%s (`discrecorder %s--help` tells more)",
      (wrong:gsub("\n", ". ")), commands[argv[1]] and argv[1] .. " " or "")
    return nil, USAGE
  end
  return arguments, command
end

-- An error that was raised: a mistake of the library's or of this command's, or
-- an argument that the library cannot take.
local function unexpected(message)
  return {
    code = "generic",
    message = tostring(message),
    culprit = "program",
    advice = "If the command line is right, this is a bug in discrecorder.",
    retryable = false,
    traceback = debug.traceback(nil, 2),
  }
end

--- Run the command.
-- @tparam table argv its arguments
-- @treturn integer the exit status
function main.run(argv)
  local arguments, command = parse(argv)
  if not arguments then
    return command
  end
  local session = new_session(arguments)
  local ran, done, failure = xpcall(command.run, unexpected, session)
  if not (ran and done) then
    failures.tell(session.console, failure or done)
    return FAILED
  elseif not session.console:flush() then
    session.console.complain("the result cannot be written")
    return FAILED
  end
  return DONE
end

return main
