/* SPDX-License-Identifier: MIT */
/*
 * ring.pml - the shared ring's protocol as a Promela model, for Spin
 *
 * One kernel, one consumer, FRAMES frames, PACKETS packets. Each side has a store buffer: its
 * stores reach memory later, in order, as on x86 (total store order); a full barrier waits until
 * the own buffer is empty. That makes the barriers of include/uapi/linux/rxmap.h count:
 *
 *	A/B  descriptor and frame before the producer position
 *	C/D  producer position against the armed word: no lost wake-up
 *	E/F  last read of a frame before its release
 *	G/H  release position against need_wakeup: no lost refill
 *
 * Checked: the bytes that the consumer reads are those of the packet it expects (assertions),
 * and nobody sleeps for ever while there is something to do (no invalid end state).
 * -DMUTANT_x removes or misplaces one of them; tests/model/run demands that each mutant fails.
 */

#ifndef PACKETS
#define PACKETS 4
#endif
#define FRAMES 2

/* Words of shared memory */
#define PRODUCER 0
#define ARMED    1
#define RELEASE  2
#define NEED     3
#define DESC     4	/* DESC + slot: frame id; slots = 2 x FRAMES */
#define FRAME    8	/* FRAME + id: number of the packet that lies in it */
#define WORDS    10

byte mem[WORDS];

/* Store buffers: word, value; in order */
chan kernel_sb = [6] of { byte, byte };
chan user_sb = [6] of { byte, byte };

bool woken;		/* the wait queue's condition */
bool kicked;		/* RXMAP_KICK was called */
byte id_ring[FRAMES];	/* release ring; ordered by the release position */

proctype commit(chan sb)
{
	byte word, value;
end:	do
	:: atomic { sb?word,value -> mem[word] = value; word = 0; value = 0 }
	od
}

#define barrier(sb) (empty(sb))

active proctype kernel()
{
	byte next = 0;			/* packets published */
	byte release_seen = 0;
	byte free = FRAMES;
	byte stack[FRAMES];
	byte f, seen;

	run commit(kernel_sb);
	stack[0] = 0;
	stack[1] = 1;

	do
	:: next == PACKETS -> break
	:: next < PACKETS ->
		/* F: collect releases; again after H when the NIC starves */
		seen = mem[RELEASE];
		do
		:: release_seen != seen ->
			stack[free] = id_ring[release_seen % FRAMES];
			free++;
			release_seen++
		:: else -> break
		od;
		if
		:: free == 0 ->
			kernel_sb!NEED,1;
#ifndef MUTANT_H
			barrier(kernel_sb);				/* H */
#endif
			if
			:: mem[RELEASE] == release_seen ->
				kicked;					/* poll stops here */
				kicked = false
			:: else
			fi;
			kernel_sb!NEED,0
		:: else ->
			free--;
			f = stack[free];
			next++;
			/* the NIC writes the frame, the kernel the descriptor */
#ifdef MUTANT_A
			kernel_sb!PRODUCER,next;
			kernel_sb!(FRAME + f),next;
			kernel_sb!(DESC + (next - 1) % (2 * FRAMES)),f;
#else
			kernel_sb!(FRAME + f),next;
			kernel_sb!(DESC + (next - 1) % (2 * FRAMES)),f;
			kernel_sb!PRODUCER,next;			/* A */
#endif
#ifndef MUTANT_C
			barrier(kernel_sb);				/* C */
#endif
			if
			:: mem[ARMED] -> woken = true
			:: else
			fi
		fi
	od
}

active proctype consumer()
{
	byte pos = 0;			/* packets consumed = frames released */
	byte f;

	run commit(user_sb);

	do
	:: pos == PACKETS -> break
	:: pos < PACKETS ->
		if
		:: mem[PRODUCER] != pos ->				/* B */
			f = mem[DESC + pos % (2 * FRAMES)];
#ifndef MUTANT_E
			assert(mem[FRAME + f] == pos + 1);
#endif
			id_ring[pos % FRAMES] = f;
			pos++;
			user_sb!RELEASE,pos;				/* E */
#ifdef MUTANT_E
			assert(mem[FRAME + f] == pos);			/* read after release */
#endif
#ifndef MUTANT_G
			barrier(user_sb);				/* G */
#endif
			if
			:: mem[NEED] -> kicked = true
			:: else
			fi
		:: else ->
			user_sb!ARMED,1;
#ifndef MUTANT_D
			barrier(user_sb);				/* D */
#endif
			if
			:: mem[PRODUCER] == pos ->
				woken;					/* asleep */
				woken = false
			:: else
			fi;
			user_sb!ARMED,0;
			barrier(user_sb)
		fi
	od
}
