/* commands.h: the commands that the drive knows, for the table in run.c. Each
   finds the drive settled, no attention waiting, and what its row asks for. */
#ifndef DISCRECORDER_VIRTUAL_COMMANDS_H
#define DISCRECORDER_VIRTUAL_COMMANDS_H

#include "drive.h"

#define VCOMMAND(name) void vcmd_##name(struct vtransport *t, struct packet *p)

/* inquiry.c */
VCOMMAND(test_unit_ready);
VCOMMAND(request_sense);
VCOMMAND(inquiry);
/* configuration.c */
VCOMMAND(get_configuration);
/* events.c */
VCOMMAND(get_event_status);
VCOMMAND(mechanism_status);
/* mode_sense.c, mode_select.c */
VCOMMAND(mode_sense_6);
VCOMMAND(mode_sense_10);
VCOMMAND(mode_select_10);
/* tray.c */
VCOMMAND(start_stop);
VCOMMAND(prevent_allow);
/* information.c */
VCOMMAND(read_capacity);
VCOMMAND(read_disc_information);
VCOMMAND(read_track_information);
/* format.c */
VCOMMAND(read_format_capacities);
VCOMMAND(format_unit);
/* structure.c */
VCOMMAND(read_disc_structure);
VCOMMAND(send_disc_structure);
/* toc.c */
VCOMMAND(read_toc);
/* read.c, read_cd.c */
VCOMMAND(read);
VCOMMAND(verify);
VCOMMAND(seek);
VCOMMAND(read_cd);
/* subchannel.c */
VCOMMAND(read_subchannel);
/* write.c */
VCOMMAND(write);
VCOMMAND(write_verify);
VCOMMAND(synchronize_cache);
VCOMMAND(reserve_track);
VCOMMAND(repair_track);
VCOMMAND(send_opc);
/* cue.c */
VCOMMAND(send_cue_sheet);
/* close.c */
VCOMMAND(close_track_session);
VCOMMAND(blank);
/* speed.c, performance.c */
VCOMMAND(set_cd_speed);
VCOMMAND(set_streaming);
VCOMMAND(get_performance);
VCOMMAND(read_buffer_capacity);

#undef VCOMMAND

#endif
