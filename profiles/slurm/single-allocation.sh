#!/bin/bash
# The whole of a run inside of one job: sbatch profiles/slurm/single-allocation.sh, from the project's folder.
# Options of sbatch on its command line go before those that stand here.
#SBATCH --job-name=episcribe
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=16
#SBATCH --mem=32G
#SBATCH --time=12:00:00
#SBATCH --output=episcribe-%j.log
# Five minutes before its time is over, Snakemake is told to begin nothing new. Submit again to go on.
#SBATCH --signal=B:TERM@300
set -euo pipefail

# module load python        # as your cluster wants it
. "${EPISCRIBE_VENV:-.venv}/bin/activate"

# In place of the shell, so that SLURM's signal reaches Snakemake itself.
exec snakemake --cores "$SLURM_CPUS_PER_TASK" --resources mem_mb="$SLURM_MEM_PER_NODE" "$@"
