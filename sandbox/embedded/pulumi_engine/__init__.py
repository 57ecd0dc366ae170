"""The Pulumi program without the Pulumi CLI: really creates what it declares, in the emulator."""
