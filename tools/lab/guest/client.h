/* SPDX-License-Identifier: MIT */
/* The client half of the guest's agent: one short-lived process for each lab-host, lab-qmp or lab-traffic call. */
#ifndef RXMAP_LAB_CLIENT_H
#define RXMAP_LAB_CLIENT_H

#define AGENT_SOCKET "/run/lab-agent.sock"

int client_main(const char *name, char **arguments);

#endif
