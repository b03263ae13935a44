/* sense_table.h: every sense code this project knows. Included several times,
   so it has no guard.
   KIND(key, asc, first ascq, last ascq, action, code, culprit, text, advice):
   what a program that writes should do; the first row that fits counts, so
   narrow rows stand before wide ones. Key ANY is every key but 0 and 1: those
   two mean that the command did its work. Advice NULL is the code's own.
   KEY(key, action, code, culprit, text, advice): what a key says by itself.
   TEXT(asc, ascq, text): codes that need no action of their own.
   Sources: SPC-4 annex D, MMC-6 annex F, libburn, growisofs, cdrdao. */
/* clang-format off */
#ifdef KIND
/* 02..0B: the unit and the way to it */
KIND(ANY, 0x02, 0x00, 0xFF, RETRY, GENERIC, MEDIUM, "no seek complete",
     "Clean the disc; if that does not help, use another disc or drive.")
KIND(KEY_NOT_READY, 0x04, 0x00, 0x00, WAIT, BUSY, DRIVE,
     "not ready, cause not reportable", NULL)
KIND(ANY, 0x04, 0x01, 0x01, WAIT, BUSY, DRIVE, "becoming ready", NULL)
KIND(ANY, 0x04, 0x02, 0x02, START, BUSY, DRIVE,
     "not ready, needs to be started", NULL)
KIND(ANY, 0x04, 0x03, 0x03, FAIL, DEVICE_NOT_ACCESSIBLE, DRIVE,
     "not ready, manual intervention required",
     "Look at the drive: tray, disc and switches need a hand.")
KIND(ANY, 0x04, 0x04, 0x04, WAIT, BUSY, DRIVE, "format in progress", NULL)
KIND(ANY, 0x04, 0x07, 0x07, WAIT, BUSY, DRIVE, "operation in progress", NULL)
KIND(ANY, 0x04, 0x08, 0x08, REPEAT, BUSY, DRIVE, "long write in progress",
     NULL)
KIND(ANY, 0x04, 0x09, 0x09, WAIT, BUSY, DRIVE, "self-test in progress", NULL)
KIND(ANY, 0x04, 0x00, 0xFF, WAIT, BUSY, DRIVE, "not ready", NULL)
KIND(ANY, 0x05, 0x00, 0xFF, RETRY, TRANSPORT_ERROR, CONNECTION,
     "the unit does not respond", NULL)
KIND(ANY, 0x06, 0x00, 0xFF, RETRY, GENERIC, MEDIUM,
     "no reference position found",
     "Clean the disc; if that does not help, use another disc or drive.")
KIND(ANY, 0x08, 0x00, 0x00, RETRY, TRANSPORT_ERROR, CONNECTION,
     "communication failure", NULL)
KIND(ANY, 0x08, 0x01, 0x01, RETRY, TRANSPORT_ERROR, CONNECTION,
     "communication time-out", NULL)
KIND(ANY, 0x08, 0x02, 0x02, RETRY, TRANSPORT_ERROR, CONNECTION,
     "communication parity error", NULL)
KIND(ANY, 0x08, 0x03, 0x03, RETRY, TRANSPORT_ERROR, CONNECTION,
     "communication CRC error", NULL)
KIND(ANY, 0x08, 0x00, 0xFF, RETRY, TRANSPORT_ERROR, CONNECTION,
     "communication failure", NULL)
KIND(ANY, 0x09, 0x00, 0xFF, RETRY, GENERIC, DRIVE, "servo error",
     "Try another disc; when the fault stays, another drive.")
/* 0C: writing */
KIND(ANY, 0x0C, 0x07, 0x07, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "write error, recovery needed", NULL)
KIND(ANY, 0x0C, 0x08, 0x08, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "write error, recovery failed", NULL)
KIND(ANY, 0x0C, 0x09, 0x09, FAIL, LOSS_OF_STREAMING, DATA,
     "write error, loss of streaming", NULL)
KIND(ANY, 0x0C, 0x0A, 0x0A, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "write error, padding blocks added", NULL)
KIND(ANY, 0x0C, 0x00, 0xFF, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "write error", NULL)
/* 10..15: reading */
KIND(ANY, 0x10, 0x00, 0xFF, RETRY, GENERIC, MEDIUM, "ID CRC or ECC error",
     "Clean the disc, read it slower, or try another drive.")
KIND(ANY, 0x11, 0x05, 0x05, RETRY, GENERIC, MEDIUM,
     "unrecovered read error, L-EC",
     "Clean the disc, read it slower, or try another drive.")
KIND(ANY, 0x11, 0x06, 0x06, RETRY, GENERIC, MEDIUM,
     "unrecovered read error, CIRC",
     "Clean the disc, read it slower, or try another drive.")
KIND(ANY, 0x11, 0x00, 0xFF, RETRY, GENERIC, MEDIUM, "unrecovered read error",
     "Clean the disc, read it slower, or try another drive.")
KIND(ANY, 0x15, 0x00, 0xFF, RETRY, GENERIC, MEDIUM, "positioning error",
     "Clean the disc; if that does not help, use another disc or drive.")
/* 1A..27: what was asked */
KIND(KEY_ILLEGAL_REQUEST, 0x1A, 0x00, 0xFF, FAIL, UNSUPPORTED, PROGRAM,
     "parameter list length error", NULL)
KIND(KEY_ILLEGAL_REQUEST, 0x20, 0x00, 0xFF, FAIL, UNSUPPORTED, DRIVE,
     "the drive does not know this command", NULL)
KIND(ANY, 0x21, 0x02, 0x02, FAIL, CANNOT_WRITE_TO_MEDIA, DRIVE,
     "invalid address for write",
     "Nothing else may write to this disc meanwhile; look at its state again.")
KIND(ANY, 0x21, 0x03, 0x03, FAIL, CANNOT_WRITE_TO_MEDIA, PROGRAM,
     "invalid write crossing layer jump", NULL)
KIND(ANY, 0x21, 0x00, 0x00, FAIL, DISC_FULL, DATA,
     "block address out of range", NULL)
KIND(KEY_ILLEGAL_REQUEST, 0x24, 0x00, 0xFF, FAIL, UNSUPPORTED, PROGRAM,
     "invalid field in command", NULL)
KIND(KEY_ILLEGAL_REQUEST, 0x25, 0x00, 0xFF, FAIL, DEVICE_NOT_PRESENT,
     CONNECTION, "logical unit not supported", NULL)
KIND(KEY_ILLEGAL_REQUEST, 0x26, 0x00, 0xFF, FAIL, UNSUPPORTED, PROGRAM,
     "invalid field in parameter list", NULL)
KIND(ANY, 0x27, 0x00, 0xFF, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "write protected",
     "Take the write protection off, or use another disc.")
/* 28..2F: what has changed meanwhile */
KIND(ANY, 0x28, 0x00, 0x00, REFRESH, WRONG_DISC, MEDIUM,
     "medium may have changed", NULL)
KIND(ANY, 0x28, 0x00, 0xFF, REFRESH, WRONG_DISC, MEDIUM,
     "medium or element accessed", NULL)
KIND(ANY, 0x29, 0x00, 0xFF, REFRESH, GENERIC, CONNECTION,
     "power on, reset or bus device reset",
     "Try again; when it comes back, check power and cable of the drive.")
KIND(ANY, 0x2A, 0x01, 0x01, REFRESH, GENERIC, DRIVE,
     "mode parameters changed",
     "Let no other program use the drive, then try again.")
KIND(KEY_UNIT_ATTENTION, 0x2A, 0x00, 0xFF, REFRESH, GENERIC, DRIVE,
     "parameters changed",
     "Let no other program use the drive, then try again.")
KIND(KEY_ILLEGAL_REQUEST, 0x2C, 0x00, 0x00, SYNC, GENERIC, PROGRAM,
     "command sequence error", NULL)
KIND(ANY, 0x2E, 0x00, 0x00, WAIT, BUSY, DRIVE,
     "insufficient time for operation", NULL)
KIND(KEY_UNIT_ATTENTION, 0x2F, 0x00, 0xFF, REFRESH, GENERIC, DRIVE,
     "commands cleared by another initiator",
     "Let no other program use the drive, then try again.")
/* 30..3A: the medium */
KIND(ANY, 0x30, 0x01, 0x01, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "cannot read medium, unknown format", NULL)
KIND(ANY, 0x30, 0x02, 0x02, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "cannot read medium, incompatible format", NULL)
KIND(ANY, 0x30, 0x04, 0x04, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "cannot write medium, unknown format", NULL)
KIND(ANY, 0x30, 0x05, 0x05, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "cannot write medium, incompatible format", NULL)
KIND(ANY, 0x30, 0x06, 0x06, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "cannot format medium, incompatible medium", NULL)
KIND(ANY, 0x30, 0x09, 0x09, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "current session not fixated", "Close the open session with `finish`.")
KIND(ANY, 0x30, 0x0A, 0x0A, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "medium not formatted", "Format the disc first.")
KIND(ANY, 0x30, 0x00, 0xFF, FAIL, MEDIUM_INVALID_TYPE, MEDIUM,
     "incompatible medium", NULL)
KIND(ANY, 0x31, 0x01, 0x01, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "format command failed",
     "Format or erase the disc again, else use another.")
KIND(ANY, 0x31, 0x00, 0xFF, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "medium format corrupted",
     "Format or erase the disc again, else use another.")
KIND(ANY, 0x32, 0x00, 0xFF, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "no defect spare location available", "Use another disc.")
KIND(ANY, 0x39, 0x00, 0x00, FAIL, UNSUPPORTED, PROGRAM,
     "saving parameters not supported", NULL)
KIND(ANY, 0x3A, 0x01, 0x01, FAIL, MEDIUM_NOT_PRESENT, MEDIUM,
     "medium not present, tray closed", NULL)
KIND(ANY, 0x3A, 0x02, 0x02, FAIL, MEDIUM_NOT_PRESENT, MEDIUM,
     "medium not present, tray open", NULL)
KIND(ANY, 0x3A, 0x00, 0xFF, FAIL, MEDIUM_NOT_PRESENT, MEDIUM,
     "medium not present", NULL)
/* 3E..4E: inside the drive, and on the bus */
KIND(KEY_NOT_READY, 0x3E, 0x00, 0x00, WAIT, BUSY, DRIVE,
     "the unit has not configured itself yet", NULL)
KIND(ANY, 0x3E, 0x00, 0xFF, RETRY, GENERIC, DRIVE,
     "the unit failed its own test or configuration",
     "Switch the drive off and on; when it comes back, use another drive.")
/* A neighbour came or went; nothing was done yet, and disc and settings are
   what they were. */
KIND(KEY_UNIT_ATTENTION, 0x3F, 0x0E, 0x0E, REPEAT, GENERIC, DRIVE,
     "reported LUNs data has changed", "Try again.")
KIND(ANY, 0x3F, 0x00, 0xFF, REFRESH, GENERIC, DRIVE,
     "the drive's operating conditions have changed", "Try again.")
KIND(ANY, 0x44, 0x00, 0xFF, FAIL, GENERIC, DRIVE, "internal target failure",
     "Switch the drive off and on; when it comes back, use another drive.")
KIND(KEY_ABORTED_COMMAND, 0x47, 0x00, 0xFF, RETRY, TRANSPORT_ERROR, CONNECTION,
     "parity or CRC error on the way", NULL)
KIND(ANY, 0x4E, 0x00, 0xFF, RETRY, TRANSPORT_ERROR, CONNECTION,
     "overlapped commands attempted",
     "Let no other program use the drive, then try again.")
/* 51..5A: erasing, table of contents, tray, operator */
KIND(ANY, 0x51, 0x01, 0x01, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "erase failure, incomplete erase operation",
     "Erase the disc again, fully this time; else use another.")
KIND(ANY, 0x51, 0x00, 0xFF, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "erase failure", "Erase the disc fully; else use another.")
KIND(ANY, 0x53, 0x00, 0x00, FAIL, GENERIC, DRIVE,
     "medium load or eject failed",
     "Look whether something blocks the tray, then try again.")
KIND(ANY, 0x53, 0x02, 0x02, FAIL, DEVICE_NOT_ACCESSIBLE, PROGRAM,
     "medium removal prevented",
     "Let the program that locked the drive unlock it.")
KIND(ANY, 0x57, 0x00, 0xFF, FAIL, DISC_INFO, MEDIUM,
     "unable to recover the table of contents", NULL)
KIND(ANY, 0x5A, 0x01, 0x01, REFRESH, USER_ABORT, MEDIUM,
     "operator asks for the medium", NULL)
KIND(ANY, 0x5A, 0x02, 0x02, REFRESH, CANNOT_WRITE_TO_MEDIA, MEDIUM,
     "operator selected write protect",
     "Take the write protection off, or use another disc.")
/* One old drive answers SEND OPC with 5A/03 always: there it means nothing. */
KIND(ANY, 0x5A, 0x03, 0x03, REFRESH, GENERIC, DRIVE,
     "operator selected write permit", "Try again.")
/* 63..73: tracks and sessions, calibration */
KIND(ANY, 0x63, 0x00, 0x00, FAIL, DISC_FULL, DATA,
     "end of user area encountered on this track", NULL)
KIND(ANY, 0x63, 0x01, 0x01, FAIL, DISC_FULL, DATA,
     "packet does not fit in available space", NULL)
/* Blocks that hold no such data: run-out, or another kind of track. */
KIND(ANY, 0x64, 0x00, 0x00, FAIL, GENERIC, MEDIUM,
     "illegal mode for this track",
     "Leave the last blocks of a track out, which may be its run-out; else "
     "read or write it as what it is, data or audio.")
KIND(ANY, 0x64, 0x01, 0x01, FAIL, UNSUPPORTED, PROGRAM,
     "invalid packet size", NULL)
KIND(ANY, 0x6F, 0x00, 0xFF, FAIL, UNSUPPORTED, MEDIUM, "copy protection",
     "This disc is encrypted and cannot be read this way.")
KIND(ANY, 0x72, 0x01, 0x01, FAIL, INITIALIZE_ENDWRITE, MEDIUM,
     "session fixation error, writing lead-in", NULL)
KIND(ANY, 0x72, 0x02, 0x02, FAIL, INITIALIZE_ENDWRITE, MEDIUM,
     "session fixation error, writing lead-out", NULL)
KIND(ANY, 0x72, 0x03, 0x03, FAIL, INITIALIZE_ENDWRITE, PROGRAM,
     "session fixation error, incomplete track in session",
     "Close the open track first, then the session.")
KIND(ANY, 0x72, 0x04, 0x04, FAIL, INITIALIZE_ENDWRITE, PROGRAM,
     "empty or partially written reserved track",
     "Write the reserved track to its end first, then close the session.")
KIND(ANY, 0x72, 0x05, 0x05, FAIL, DISC_FULL, DATA,
     "no more track reservations allowed", NULL)
KIND(ANY, 0x72, 0x00, 0xFF, FAIL, INITIALIZE_ENDWRITE, MEDIUM,
     "session fixation error", NULL)
KIND(ANY, 0x73, 0x01, 0x01, GO_ON, INITIALIZE_WRITE, MEDIUM,
     "power calibration area almost full",
     "This is one of the last burns that this disc takes.")
KIND(ANY, 0x73, 0x02, 0x02, FAIL, INITIALIZE_WRITE, MEDIUM,
     "power calibration area is full",
     "This disc takes no further burn: use another.")
KIND(ANY, 0x73, 0x03, 0x03, FAIL, INITIALIZE_WRITE, MEDIUM,
     "power calibration area error",
     "Try a lower speed, then a disc of another make, then another drive.")
KIND(ANY, 0x73, 0x04, 0x04, FAIL, INITIALIZE_WRITE, MEDIUM,
     "program memory area update failure", "Use another disc.")
KIND(ANY, 0x73, 0x05, 0x05, FAIL, INITIALIZE_WRITE, MEDIUM,
     "program memory area is full",
     "This disc takes no further track: use another.")
KIND(ANY, 0x73, 0x06, 0x06, GO_ON, INITIALIZE_WRITE, MEDIUM,
     "program memory area is almost full",
     "This is one of the last tracks that this disc takes.")
KIND(ANY, 0x73, 0x10, 0x10, GO_ON, INITIALIZE_WRITE, MEDIUM,
     "current power calibration area almost full",
     "This is one of the last burns that this disc takes.")
KIND(ANY, 0x73, 0x11, 0x11, FAIL, INITIALIZE_WRITE, MEDIUM,
     "current power calibration area is full",
     "This disc takes no further burn: use another.")
KIND(ANY, 0x73, 0x00, 0xFF, FAIL, INITIALIZE_WRITE, MEDIUM,
     "CD control error", NULL)
#endif
#ifdef KEY
KEY(0x0, GO_ON, GENERIC, DRIVE, "no sense", NULL)
KEY(0x1, GO_ON, GENERIC, MEDIUM, "recovered error", NULL)
KEY(0x2, FAIL, BUSY, DRIVE, "not ready", NULL)
KEY(0x3, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM, "medium error", NULL)
KEY(0x4, FAIL, GENERIC, DRIVE, "hardware error",
    "Switch the drive off and on; when it comes back, use another drive.")
KEY(0x5, FAIL, UNSUPPORTED, PROGRAM, "illegal request", NULL)
KEY(0x6, REFRESH, GENERIC, DRIVE, "unit attention", "Try again.")
KEY(0x7, FAIL, CANNOT_WRITE_TO_MEDIA, MEDIUM, "data protect",
    "Take the write protection off, or use another disc.")
KEY(0x8, FAIL, MEDIUM_NOT_BLANK, MEDIUM, "blank check", NULL)
KEY(0x9, FAIL, GENERIC, DRIVE, "vendor specific", NULL)
KEY(0xA, FAIL, GENERIC, DRIVE, "copy aborted", NULL)
KEY(0xB, RETRY, TRANSPORT_ERROR, CONNECTION, "aborted command", NULL)
KEY(0xC, FAIL, GENERIC, DRIVE, "reserved sense key C", NULL)
KEY(0xD, FAIL, DISC_FULL, DATA, "volume overflow", NULL)
KEY(0xE, FAIL, VERIFY_FAILED, MEDIUM, "miscompare", NULL)
KEY(0xF, GO_ON, GENERIC, DRIVE, "completed", NULL)
#endif
#ifdef TEXT
TEXT(0x00, 0x06, "I/O process terminated")
TEXT(0x00, 0x11, "audio play operation in progress")
TEXT(0x00, 0x12, "audio play operation paused")
TEXT(0x00, 0x13, "audio play operation successfully completed")
TEXT(0x00, 0x14, "audio play operation stopped due to error")
TEXT(0x00, 0x15, "no current audio status to return")
TEXT(0x00, 0x16, "operation in progress")
TEXT(0x00, 0x17, "cleaning requested")
TEXT(0x03, 0x00, "peripheral device write fault")
TEXT(0x04, 0x05, "not ready, rebuild in progress")
TEXT(0x04, 0x06, "not ready, recalculation in progress")
TEXT(0x04, 0x10, "not ready, auxiliary memory not accessible")
TEXT(0x04, 0x1A, "not ready, start stop unit command in progress")
TEXT(0x04, 0x21, "not ready, initialisation required")
TEXT(0x05, 0x00, "the unit does not respond to selection")
TEXT(0x07, 0x00, "multiple peripheral devices selected")
TEXT(0x08, 0x04, "unreachable copy target")
TEXT(0x09, 0x00, "track following error")
TEXT(0x09, 0x01, "tracking servo failure")
TEXT(0x09, 0x02, "focus servo failure")
TEXT(0x09, 0x03, "spindle servo failure")
TEXT(0x09, 0x04, "head select fault")
TEXT(0x0A, 0x00, "error log overflow")
TEXT(0x0B, 0x00, "warning")
TEXT(0x0B, 0x01, "warning, specified temperature exceeded")
TEXT(0x0B, 0x02, "warning, enclosure degraded")
TEXT(0x0C, 0x01, "write error recovered with auto reallocation")
TEXT(0x0C, 0x02, "write error, auto reallocation failed")
TEXT(0x0C, 0x03, "write error, recommend reassignment")
TEXT(0x0C, 0x0F, "defects in error window")
TEXT(0x11, 0x01, "read retries exhausted")
TEXT(0x11, 0x02, "error too long to correct")
TEXT(0x11, 0x03, "multiple read errors")
TEXT(0x11, 0x0F, "error reading UPC/EAN number")
TEXT(0x11, 0x10, "error reading ISRC number")
TEXT(0x11, 0x11, "read error, loss of streaming")
TEXT(0x14, 0x00, "recorded entity not found")
TEXT(0x14, 0x01, "record not found")
TEXT(0x15, 0x00, "random positioning error")
TEXT(0x15, 0x01, "mechanical positioning error")
TEXT(0x15, 0x02, "positioning error detected by read of medium")
TEXT(0x16, 0x00, "data synchronisation mark error")
TEXT(0x17, 0x00, "recovered data, no error correction applied")
TEXT(0x17, 0x01, "recovered data with retries")
TEXT(0x17, 0x02, "recovered data with positive head offset")
TEXT(0x17, 0x03, "recovered data with negative head offset")
TEXT(0x17, 0x04, "recovered data with retries and/or CIRC applied")
TEXT(0x17, 0x05, "recovered data using previous sector ID")
TEXT(0x17, 0x06, "recovered data without ECC, data auto-reallocated")
TEXT(0x17, 0x07, "recovered data without ECC, recommend reassignment")
TEXT(0x17, 0x08, "recovered data without ECC, recommend rewrite")
TEXT(0x17, 0x09, "recovered data without ECC, data rewritten")
TEXT(0x18, 0x00, "recovered data with error correction applied")
TEXT(0x18, 0x01, "recovered data with error correction and retries applied")
TEXT(0x18, 0x02, "recovered data, the data was auto-reallocated")
TEXT(0x18, 0x03, "recovered data with CIRC")
TEXT(0x18, 0x04, "recovered data with L-EC")
TEXT(0x18, 0x05, "recovered data, recommend reassignment")
TEXT(0x18, 0x06, "recovered data, recommend rewrite")
TEXT(0x18, 0x08, "recovered data with linking")
TEXT(0x1B, 0x00, "synchronous data transfer error")
TEXT(0x1D, 0x00, "miscompare during verify operation")
TEXT(0x21, 0x01, "invalid element address")
TEXT(0x22, 0x00, "illegal function")
TEXT(0x24, 0x00, "invalid field in command")
TEXT(0x26, 0x00, "invalid field in parameter list")
TEXT(0x26, 0x01, "parameter not supported")
TEXT(0x26, 0x02, "parameter value invalid")
TEXT(0x26, 0x03, "threshold parameters not supported")
TEXT(0x27, 0x00, "write protected")
TEXT(0x27, 0x01, "hardware write protected")
TEXT(0x27, 0x02, "logical unit software write protected")
TEXT(0x27, 0x03, "associated write protect")
TEXT(0x27, 0x04, "persistent write protect")
TEXT(0x27, 0x05, "permanent write protect")
TEXT(0x27, 0x06, "conditional write protect")
TEXT(0x28, 0x01, "import or export element accessed")
TEXT(0x28, 0x02, "format-layer may have changed")
TEXT(0x29, 0x00, "power on, reset or bus device reset occurred")
TEXT(0x29, 0x01, "power on occurred")
TEXT(0x29, 0x02, "bus reset occurred")
TEXT(0x29, 0x03, "bus device reset occurred")
TEXT(0x29, 0x04, "device internal reset")
TEXT(0x29, 0x07, "I_T nexus loss occurred")
TEXT(0x2A, 0x02, "log parameters changed")
TEXT(0x2A, 0x03, "reservations preempted")
TEXT(0x2B, 0x00, "copy cannot execute, host cannot disconnect")
TEXT(0x2C, 0x03, "current program area is not empty")
TEXT(0x2C, 0x04, "current program area is empty")
TEXT(0x2C, 0x06, "persistent prevent conflict")
TEXT(0x2D, 0x00, "overwrite error on update in place")
TEXT(0x30, 0x00, "incompatible medium installed")
TEXT(0x30, 0x03, "cleaning cartridge installed")
TEXT(0x30, 0x07, "cleaning failure")
TEXT(0x30, 0x08, "cannot write, application code mismatch")
TEXT(0x30, 0x10, "medium not formatted")
TEXT(0x30, 0x11, "cannot write medium, unsupported medium version")
TEXT(0x31, 0x02, "zoned formatting failed due to spare linking")
TEXT(0x32, 0x01, "defect list update failure")
TEXT(0x34, 0x00, "enclosure failure")
TEXT(0x37, 0x00, "rounded parameter")
TEXT(0x3A, 0x03, "medium not present, loadable")
TEXT(0x3B, 0x0D, "medium destination element full")
TEXT(0x3B, 0x0E, "medium source element empty")
TEXT(0x3B, 0x0F, "end of medium reached")
TEXT(0x3B, 0x11, "medium magazine not accessible")
TEXT(0x3B, 0x16, "mechanical positioning or changer error")
TEXT(0x3D, 0x00, "invalid bits in identify message")
TEXT(0x3E, 0x01, "logical unit failure")
TEXT(0x3E, 0x02, "time-out on logical unit")
TEXT(0x3E, 0x03, "logical unit failed self-test")
TEXT(0x3F, 0x00, "target operating conditions have changed")
TEXT(0x3F, 0x01, "microcode has been changed")
TEXT(0x3F, 0x02, "changed operating definition")
TEXT(0x3F, 0x03, "inquiry data has changed")
TEXT(0x40, 0x00, "diagnostic failure")
TEXT(0x43, 0x00, "message error")
TEXT(0x45, 0x00, "select or reselect failure")
TEXT(0x46, 0x00, "unsuccessful soft reset")
TEXT(0x47, 0x00, "SCSI parity error")
TEXT(0x47, 0x03, "information unit CRC error detected")
TEXT(0x48, 0x00, "initiator detected error message received")
TEXT(0x49, 0x00, "invalid message error")
TEXT(0x4A, 0x00, "command phase error")
TEXT(0x4B, 0x00, "data phase error")
TEXT(0x4C, 0x00, "the unit failed to configure itself")
TEXT(0x52, 0x00, "cartridge fault")
TEXT(0x53, 0x01, "unload tape failure")
TEXT(0x54, 0x00, "SCSI to host system interface failure")
TEXT(0x55, 0x00, "system resource failure")
TEXT(0x55, 0x02, "insufficient reservation resources")
TEXT(0x58, 0x00, "generation does not exist")
TEXT(0x59, 0x00, "updated block read")
TEXT(0x5A, 0x00, "operator request or state change input")
TEXT(0x5B, 0x00, "log exception")
TEXT(0x5C, 0x00, "RPL status change")
TEXT(0x5D, 0x00, "failure prediction threshold exceeded")
TEXT(0x5D, 0x01, "medium failure prediction threshold exceeded")
TEXT(0x5D, 0x02, "logical unit failure prediction threshold exceeded")
TEXT(0x5D, 0x03, "spare area exhaustion prediction threshold exceeded")
TEXT(0x5D, 0xFF, "failure prediction threshold exceeded (false)")
TEXT(0x5E, 0x00, "low power condition on")
TEXT(0x5E, 0x01, "idle condition activated by timer")
TEXT(0x5E, 0x02, "standby condition activated by timer")
TEXT(0x65, 0x00, "voltage fault")
TEXT(0x6F, 0x00, "copy protection, authentication failure")
TEXT(0x6F, 0x01, "copy protection, key not present")
TEXT(0x6F, 0x02, "copy protection, key not established")
TEXT(0x6F, 0x03, "read of scrambled sector without authentication")
TEXT(0x6F, 0x04, "the medium's region does not fit the drive's")
TEXT(0x6F, 0x05, "the drive's region must be set, or no change is left")
TEXT(0x72, 0x06, "RMZ extension is not allowed")
TEXT(0x73, 0x00, "CD control error")
TEXT(0x73, 0x17, "recorded medium area error")
#endif
/* clang-format on */
