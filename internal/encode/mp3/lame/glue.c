/* The door between Bandstand and LAME: one encoder in a module's memory. */
#include <stdarg.h>
#include <lame.h>

#define EXPORT(name) __attribute__((export_name(#name)))

enum {
	FRAMES = 1152,    /* at most this many frames a call */
	OUTPUT = 7200 * 4 /* bytes; more than a call or the end can give */
};

static lame_t lame;
static float input[2 * FRAMES]; /* interleaved stereo, full scale 1 */
static unsigned char output[OUTPUT];

static void quiet(const char *format, va_list args)
{
	(void)format;
	(void)args;
}

/* Makes the encoder: constant bitrate in kbit/s, joint stereo. Without a reservoir
   every frame stands alone and is complete as soon as it is encoded. 0 is success. */
EXPORT(open) int open_encoder(int rate, int kbps, int quality, int reservoir)
{
	if (lame || !(lame = lame_init()))
		return -1;
	lame_set_errorf(lame, quiet);
	lame_set_debugf(lame, quiet);
	lame_set_msgf(lame, quiet);
	lame_set_num_channels(lame, 2);
	lame_set_mode(lame, JOINT_STEREO);
	lame_set_in_samplerate(lame, rate);
	lame_set_out_samplerate(lame, rate);
	lame_set_VBR(lame, vbr_off);
	lame_set_brate(lame, kbps);
	lame_set_quality(lame, quality);
	lame_set_disable_reservoir(lame, !reservoir);
	lame_set_bWriteVbrTag(lame, 0);
	lame_set_write_id3tag_automatic(lame, 0);
	lame_set_findReplayGain(lame, 0);
	return lame_init_params(lame);
}

/* Where the sound goes, and where the stream comes. */
EXPORT(input) float *input_place(void) { return input; }
EXPORT(output) unsigned char *output_place(void) { return output; }

/* Encode frames of the input, or end the stream: bytes of output, or an error below 0. */
EXPORT(encode) int encode(int frames)
{
	if (!lame || frames < 0 || frames > FRAMES)
		return -1;
	return lame_encode_buffer_interleaved_ieee_float(lame, input, frames, output, OUTPUT);
}

EXPORT(finish) int finish(void) { return lame ? lame_encode_flush(lame, output, OUTPUT) : -1; }

/* What LAME adds before the first frame that it is given, in frames. */
EXPORT(delay) int delay(void) { return lame ? lame_get_encoder_delay(lame) : -1; }
