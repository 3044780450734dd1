# SPDX-License-Identifier: MIT
"""What the labs of the course share: their pages, recorded events, pictures, reports."""
