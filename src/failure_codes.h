/* failure_codes.h: every failure code: CODE(id, name, hresult, culprit,
   retryable, advice). Names are IMAPI's in snake_case, numbers IMAPI's own
   (0 where IMAPI has none), which discrecorder.imapi has for programs. Included
   several times, so it has no guard. */
/* clang-format off */
CODE(NOT_OPENED, "not_opened", 0x8004020B, PROGRAM, false,
     "Call open_exclusive first.")
CODE(NOT_INITIALIZED, "not_initialized", 0x8004020C, PROGRAM, false,
     "Make the recorder with discrecorder.recorder(address).")
CODE(USER_ABORT, "user_abort", 0x8004020D, PROGRAM, true,
     "Start again when you want to.")
CODE(GENERIC, "generic", 0x8004020E, DRIVE, false,
     "Run it again with a trace and look at the last packets.")
CODE(MEDIUM_NOT_PRESENT, "medium_not_present", 0x8004020F, MEDIUM, true,
     "Put a disc in, close the tray and try again.")
CODE(MEDIUM_INVALID_TYPE, "medium_invalid_type", 0x80040210, MEDIUM, false,
     "Use a disc of a kind that allows this.")
CODE(DEVICE_NO_PROPERTIES, "device_no_properties", 0x80040211, DRIVE, false,
     "Use another recorder.")
CODE(DEVICE_NOT_ACCESSIBLE, "device_not_accessible", 0x80040212, PERMISSION,
     true, "Wait until the other user of the drive is done, then try again.")
CODE(DEVICE_NOT_PRESENT, "device_not_present", 0x80040213, CONNECTION, true,
     "Check the drive's cable and power, and the address.")
CODE(DEVICE_INVALID_TYPE, "device_invalid_type", 0x80040214, DRIVE, false,
     "Use a recorder that can do this.")
CODE(INITIALIZE_WRITE, "initialize_write", 0x80040215, DRIVE, true,
     "Try a lower speed or another disc.")
CODE(INITIALIZE_ENDWRITE, "initialize_endwrite", 0x80040216, DRIVE, true,
     "Close the disc with `finish`; if that fails too, use another disc.")
CODE(FILESYSTEM, "filesystem", 0x80040217, PERMISSION, true,
     "Unmount the disc and try again.")
CODE(FILE_ACCESS, "file_access", 0x80040218, DATA, true,
     "Check the path, who may use it, and that there is room.")
CODE(DISC_INFO, "disc_info", 0x80040219, DRIVE, true,
     "Reload the disc; if it stays so, try another drive.")
CODE(TRACK_NOT_OPEN, "track_not_open", 0x8004021A, PROGRAM, false,
     "Create an audio track first.")
CODE(TRACK_OPEN, "track_open", 0x8004021B, PROGRAM, false,
     "Close the audio track first.")
CODE(DISC_FULL, "disc_full", 0x8004021C, DATA, false,
     "Use less data or a larger disc.")
CODE(BAD_JOLIET_NAME, "bad_joliet_name", 0x8004021D, DATA, false,
     "Rename the file.")
CODE(INVALID_IMAGE, "invalid_image", 0x8004021E, DATA, false,
     "Check the image.")
CODE(NO_ACTIVE_FORMAT, "no_active_format", 0x8004021F, PROGRAM, false,
     "Call set_active_disc_master_format first.")
CODE(NO_ACTIVE_RECORDER, "no_active_recorder", 0x80040220, PROGRAM, false,
     "Call set_active_disc_recorder first.")
CODE(WRONG_FORMAT, "wrong_format", 0x80040221, PROGRAM, false,
     "Change the active format first.")
CODE(ALREADY_OPEN, "already_open", 0x80040222, PROGRAM, false,
     "Use the disc master that is open, or close it.")
CODE(WRONG_DISC, "wrong_disc", 0x80040223, MEDIUM, true,
     "Put back the disc that was in the drive before.")
CODE(FILE_EXISTS, "file_exists", 0x80040224, DATA, false,
     "Use another name, or move away what has it.")
CODE(STASH_IN_USE, "stash_in_use", 0x80040225, PROGRAM, true, "Try later.")
CODE(DEVICE_STILL_IN_USE, "device_still_in_use", 0x80040226, PERMISSION, true,
     "Wait until the other user of the drive is done, then try again.")
CODE(LOSS_OF_STREAMING, "loss_of_streaming", 0x80040227, DATA, true,
     "Burn slower, with underrun protection, or from a faster source.")
CODE(COMPRESSED_STASH, "compressed_stash", 0x80040228, DATA, false,
     "Use another folder.")
CODE(ENCRYPTED_STASH, "encrypted_stash", 0x80040229, DATA, false,
     "Use another folder.")
CODE(NOT_ENOUGH_DISK_FOR_STASH, "not_enough_disk_for_stash", 0x8004022A, DATA,
     false, "Free some disk space.")
CODE(REMOVABLE_STASH, "removable_stash", 0x8004022B, DATA, false,
     "Use another folder.")
CODE(CANNOT_WRITE_TO_MEDIA, "cannot_write_to_media", 0x8004022C, MEDIUM, false,
     "Try another disc, then a lower speed, then another drive.")
CODE(TRACK_NOT_BIG_ENOUGH, "track_not_big_enough", 0x8004022D, DATA, false,
     "A track needs at least 300 blocks.")
CODE(BOOTIMAGE_AND_NONBLANK_DISC, "bootimage_and_nonblank_disc", 0x8004022E,
     MEDIUM, false, "Use a blank disc for a bootable image.")
/* Beyond IMAPI */
CODE(MEDIUM_NOT_FORMATTED, "medium_not_formatted", 0, MEDIUM, false,
     "Format it, or burn with `as_needed`.")
CODE(MEDIUM_NOT_BLANK, "medium_not_blank", 0, MEDIUM, false,
     "Use a blank disc, or erase this one if it is rewritable.")
CODE(VERIFY_FAILED, "verify_failed", 0, MEDIUM, false,
     "Burn another disc, slower; keep this one apart.")
CODE(TRANSPORT_ERROR, "transport_error", 0, CONNECTION, true,
     "Check cable, bridge and power of the drive.")
CODE(BUSY, "busy", 0, DRIVE, true, "Wait until the drive is ready.")
CODE(UNSUPPORTED, "unsupported", 0, PROGRAM, false,
     "Ask for something that drive and medium can do.")
CODE(BAD_FILE, "bad_file", 0, DATA, false, "Check the file and its path.")
CODE(NO_MEMORY, "no_memory", 0x8007000E, PROGRAM, true,
     "Free some memory and try again.")
